// TLS for the server: its certificate and key, and which versions it speaks.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

namespace gait {

// TLS 1.2 and later, with the certificates of `certificate_file` (PEM, the server's own first) and the key of
// `key_file` (PEM, not encrypted). Throws EngineError, with the file.
boost::asio::ssl::context TlsContext(const std::string& certificate_file, const std::string& key_file);

}  // namespace gait
