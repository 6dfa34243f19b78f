#include "certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <stdexcept>

#include <sys/stat.h>

namespace conductor::simulators::certificates {

namespace fs = std::filesystem;

namespace {

template <auto free>
struct Free {
  void operator()(auto* object) const { free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Output = std::unique_ptr<BIO, Free<BIO_free_all>>;

constexpr long validity = 10L * 24 * 3600;

void check(bool good, std::string const& what) {
  if (good) return;
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  throw std::runtime_error("test certificates: " + what + ": " + text.data());
}

struct Identity {
  Key key;
  Certificate certificate;
};

void add_extension(X509* certificate, X509* issuer, int kind, std::string const& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> const extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension " + value);
}

struct Extension {
  int kind;
  std::string value;
};

// A certificate for a new key, signed by `issuer`, or by itself.
Identity make(std::string const& name, Identity const* issuer, std::vector<Extension> const& extensions) {
  Identity made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
  check(made.key != nullptr && made.certificate != nullptr, "key");
  auto* const certificate = made.certificate.get();
  std::uint64_t serial = 0;
  check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "random number");
  check(X509_set_version(certificate, X509_VERSION_3) == 1, "version");
  check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U) == 1, "serial number");
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), validity);
  check(X509_set_pubkey(certificate, made.key.get()) == 1, "public key");
  auto* const subject = X509_get_subject_name(certificate);
  check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<unsigned char const*>(name.c_str()),
                                   -1, -1, 0) == 1,
        "name");
  auto* const authority = issuer == nullptr ? certificate : issuer->certificate.get();
  check(X509_set_issuer_name(certificate, X509_get_subject_name(authority)) == 1, "issuer");
  for (auto const& [kind, value] : extensions) add_extension(certificate, authority, kind, value);
  check(X509_sign(certificate, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256()) > 0, "signature");
  return made;
}

Identity make_authority(std::string const& name) {
  return make(name, nullptr,
              {{NID_basic_constraints, "critical,CA:TRUE"},
               {NID_key_usage, "critical,keyCertSign,cRLSign"},
               {NID_subject_key_identifier, "hash"}});
}

Identity make_client(std::string const& name, Identity const& authority) {
  return make(name, &authority, {{NID_basic_constraints, "CA:FALSE"}, {NID_ext_key_usage, "clientAuth"}});
}

void write(fs::path const& file, bool secret, auto const& writer) {
  Output const out(BIO_new_file(file.c_str(), "w"));
  check(out != nullptr, "cannot write " + file.string());
  if (secret) fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  check(writer(out.get()) == 1, "cannot write " + file.string());
}

void write_certificate(fs::path const& file, Identity const& identity) {
  write(file, false, [&](BIO* out) { return PEM_write_bio_X509(out, identity.certificate.get()); });
}

void write_key(fs::path const& file, Identity const& identity) {
  write(file, true, [&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace

Files ensure(fs::path const& directory, std::vector<std::string> const& further_names) {
  Files const files{directory / "authority.pem", directory / "server.pem",      directory / "server_key.pem",
                    directory / "client.pem",    directory / "client_key.pem",  directory / "stranger_authority.pem",
                    directory / "stranger.pem",  directory / "stranger_key.pem"};
  bool complete = true;
  for (auto const& file : {files.authority, files.server, files.server_key, files.client, files.client_key,
                           files.stranger_authority, files.stranger, files.stranger_key})
    complete = complete && fs::exists(file);
  if (complete) return files;
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms::owner_all);

  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (auto const& name : further_names) names += ",DNS:" + name;
  auto const authority = make_authority("Test authority"), stranger_authority = make_authority("Stranger's authority");
  auto const server = make("localhost", &authority,
                           {{NID_basic_constraints, "CA:FALSE"},
                            {NID_ext_key_usage, "serverAuth,clientAuth"},
                            {NID_subject_alt_name, names}});
  auto const client = make_client("conductor", authority), stranger = make_client("stranger", stranger_authority);
  write_certificate(files.authority, authority);
  write_certificate(files.server, server);
  write_key(files.server_key, server);
  write_certificate(files.client, client);
  write_key(files.client_key, client);
  write_certificate(files.stranger_authority, stranger_authority);
  write_certificate(files.stranger, stranger);
  write_key(files.stranger_key, stranger);
  return files;
}

}  // namespace conductor::simulators::certificates
