#include "server/request_parser.h"

#include <algorithm>

namespace gait {
namespace {

// What is set aside for a body before it comes: who announces a large one has not sent it yet.
constexpr uint64_t kReservedMax = 64 * 1024;

}  // namespace

RequestParser::RequestParser(uint32_t header_bytes_max, uint64_t body_bytes_max) {
  header_limit(header_bytes_max);
  body_limit(body_bytes_max);
  eager(true);
}

RequestView RequestParser::View() const {
  const std::string_view header = header_;
  return {header.substr(0, ends_[0]), header.substr(ends_[0], ends_[1] - ends_[0]), fields_, body_};
}

bool RequestParser::ExpectsContinue() const { return SameName(View().Header("Expect"), "100-continue"); }

void RequestParser::on_request_impl(boost::beast::http::verb, Text method, Text target, int version, Error& error) {
  error = {};
  version_ = version;
  header_.reserve(1024);
  ends_.reserve(32);
  for (const Text part : {method, target}) {
    header_.append(part.data(), part.size());
    ends_.push_back(header_.size());
  }
}

void RequestParser::on_field_impl(boost::beast::http::field, Text name, Text value, Error& error) {
  error = {};
  for (const Text part : {name, value}) {
    header_.append(part.data(), part.size());
    ends_.push_back(header_.size());
  }
}

void RequestParser::on_header_impl(Error& error) {
  error = {};
  const std::string_view header = header_;
  fields_.reserve(ends_.size() / 2);
  for (size_t i = 1; i + 2 < ends_.size(); i += 2) {
    fields_.push_back(
        {header.substr(ends_[i], ends_[i + 1] - ends_[i]), header.substr(ends_[i + 1], ends_[i + 2] - ends_[i + 1])});
  }
}

void RequestParser::on_body_init_impl(const boost::optional<uint64_t>& length, Error& error) {
  error = {};
  if (length) body_.reserve(std::min(*length, kReservedMax));
}

size_t RequestParser::on_body_impl(Text body, Error& error) {
  error = {};
  body_.append(body.data(), body.size());
  return body.size();
}

void RequestParser::on_chunk_header_impl(uint64_t, Text, Error& error) { error = {}; }

size_t RequestParser::on_chunk_body_impl(uint64_t, Text body, Error& error) { return on_body_impl(body, error); }

void RequestParser::on_finish_impl(Error& error) { error = {}; }

}  // namespace gait
