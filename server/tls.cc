#include "server/tls.h"

#include <openssl/ssl.h>

#include <fstream>

#include "api/gait.hpp"

namespace gait {

namespace ssl = boost::asio::ssl;

ssl::context TlsContext(const std::string& certificate_file, const std::string& key_file) {
  ssl::context context(ssl::context::tls_server);
  // Without compression (CRIME), and without new handshakes on a connection, which cost the server more than the
  // client.
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression | ssl::context::single_dh_use |
                      SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  // A connection that waits for a poll's answer needs no buffers.
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  for (const std::string& file : {certificate_file, key_file}) {
    if (!std::ifstream(file)) throw EngineError("cannot read " + file);
  }
  boost::system::error_code error;
  context.use_certificate_chain_file(certificate_file, error);
  if (error) throw EngineError(certificate_file + " has no certificate in PEM form: " + error.message());
  bool encrypted = false;
  context.set_password_callback(
      [&encrypted](size_t, ssl::context::password_purpose) {
        encrypted = true;
        return std::string();
      },
      error);
  context.use_private_key_file(key_file, ssl::context::pem, error);
  context.set_password_callback([](size_t, ssl::context::password_purpose) { return std::string(); });
  if (encrypted)
    throw EngineError("the key in " + key_file + " is encrypted; give one that is not, readable by gait alone");
  // OpenSSL compares the key with the certificate that is there.
  if (error && SSL_CTX_check_private_key(context.native_handle()) != 1 &&
      error.message().find("mismatch") != std::string::npos) {
    throw EngineError("the key in " + key_file + " is not that of the certificate in " + certificate_file);
  }
  if (error) throw EngineError(key_file + " has no private key in PEM form: " + error.message());
  return context;
}

}  // namespace gait
