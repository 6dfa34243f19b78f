// Certificates made on the spot: an authority, and what it signs, as PEM files in a directory that goes with the
// object.
#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace conductor::http::testing {

class Certificates {
 public:
  Certificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "conductor-tls-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    authority_ = make("ca", "Test Authority", "CA:TRUE", {}, nullptr);
  }
  ~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Certificates(Certificates const&) = delete;
  Certificates& operator=(Certificates const&) = delete;

  // Writes <name>.pem and <name>.key; `names` as in "DNS:localhost,IP:127.0.0.1".
  void issue(std::string const& name, std::string const& names) { make(name, name, "CA:FALSE", names, &authority_); }
  std::string file(std::string const& name) const { return (directory_ / name).string(); }

 private:
  struct Pair {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;
  };

  static void extend(X509* certificate, X509* issuer, int nid, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (extension == nullptr) throw std::runtime_error("bad extension " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  Pair make(std::string const& name, std::string const& subject, std::string const& constraints,
            std::string const& names, Pair const* issuer) {
    Pair pair{{EVP_EC_gen("P-256"), EVP_PKEY_free}, {X509_new(), X509_free}};
    auto* const certificate = pair.certificate.get();
    auto* const parent = issuer == nullptr ? certificate : issuer->certificate.get();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, pair.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<unsigned char const*>(subject.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(parent));
    extend(certificate, parent, NID_basic_constraints, constraints);
    if (!names.empty()) extend(certificate, parent, NID_subject_alt_name, names);
    X509_sign(certificate, issuer == nullptr ? pair.key.get() : issuer->key.get(), EVP_sha256());
    write(name + ".pem", [&](FILE* out) { PEM_write_X509(out, certificate); });
    write(name + ".key",
          [&](FILE* out) { PEM_write_PrivateKey(out, pair.key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    return pair;
  }

  template <class Writer>
  void write(std::string const& name, Writer const& writer) {
    auto* const out = std::fopen(file(name).c_str(), "w");
    if (out == nullptr) throw std::runtime_error("cannot write " + file(name));
    writer(out);
    std::fclose(out);
  }

  std::filesystem::path directory_;
  Pair authority_;
  long serial_ = 0;
};

}  // namespace conductor::http::testing
