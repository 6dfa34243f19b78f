// Certificates for tests, made when they are needed: an authority, a server and a client certificate of it, and a
// client certificate of a stranger. Nothing of it is a secret, nothing is checked in.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace conductor::simulators::certificates {

// PEM files.
struct Files {
  std::filesystem::path authority, server, server_key, client, client_key;
  std::filesystem::path stranger_authority, stranger, stranger_key;  // of an authority that nobody trusts
};

// The files in `directory`, which is made with mode 700; all of them are made anew when one is missing. The server's
// names: localhost, 127.0.0.1, ::1 and `further_names` (DNS names). Valid for ten days. Throws std::runtime_error.
Files ensure(std::filesystem::path const& directory, std::vector<std::string> const& further_names = {});

}  // namespace conductor::simulators::certificates
