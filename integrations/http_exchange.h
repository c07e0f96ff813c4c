// A request of the HTTP client, and what has come back of it. For http_client.cc alone: the two are the only users of
// libcurl.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <string>

#include "integrations/http_client.h"

namespace gait {

class HttpExchange {
 public:
  HttpExchange(HttpClient::Id id, HttpRequest request, HttpClient::Done done)
      : id_(id), request_(std::move(request)), done_(std::move(done)) {}
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  HttpClient::Id id() const { return id_; }
  // Null before Prepare.
  CURL* easy() const { return easy_; }
  // The one that a handle was prepared for.
  static HttpExchange& Of(CURL* easy);

  // Makes the handle and tells it all of the request.
  void Prepare(const std::string& no_proxy);

  // Forgets what has come back: the request is to begin again.
  void Reset();

  // Was the request sent, or part of it, or tried to be?
  bool begun() const { return begun_; }

  // Tells who waits how it has ended.
  void End(CURLcode code);

 private:
  static int BeforeSending(void* self, char*, char*, int, int);
  static size_t ReadBody(char* to, size_t size, size_t count, void* self);
  static size_t WriteBody(char* data, size_t size, size_t count, void* self);
  static size_t ReadHeader(char* data, size_t size, size_t count, void* self);
  void SetBody();
  void SetHeaders();
  void AppendHeader(const std::string& line);
  bool Take(size_t bytes, size_t had, size_t bytes_max);
  std::string Message(CURLcode code) const;

  const HttpClient::Id id_;
  const HttpRequest request_;
  const HttpClient::Done done_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;

  HttpResponse response_;
  size_t body_sent_ = 0;  // bytes
  bool begun_ = false;
  size_t header_bytes_ = 0;
  bool too_large_ = false;
  char error_[CURL_ERROR_SIZE] = "";
};

}  // namespace gait
