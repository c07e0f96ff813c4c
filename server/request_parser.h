// A request as it comes in from the network. Beast parses; the header fields are kept as one text, without an
// allocation for each.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <vector>

#include "engine/base/request_view.h"

namespace gait {

class RequestParser final : public boost::beast::http::basic_parser</*isRequest=*/true> {
 public:
  RequestParser(uint32_t header_bytes_max, uint64_t body_bytes_max);

  // Once all of it is there; until the request is destroyed.
  RequestView View() const;
  // Once the header is there: does the client wait to be told that it may send the body?
  bool ExpectsContinue() const;
  // 10 or 11.
  int version() const { return version_; }

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, Error& error) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(boost::beast::http::field, Text name, Text value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<uint64_t>& length, Error& error) override;
  size_t on_body_impl(Text body, Error& error) override;
  void on_chunk_header_impl(uint64_t size, Text extensions, Error& error) override;
  size_t on_chunk_body_impl(uint64_t remain, Text body, Error& error) override;
  void on_finish_impl(Error& error) override;

  std::string header_;               // method, target, then names and values, one behind the other
  std::vector<size_t> ends_;         // of each of them within `header_`
  std::vector<HeaderField> fields_;  // views of them, once all are there
  std::string body_;
  int version_ = 11;
};

}  // namespace gait
