#include "integrations/s3_endpoint.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <optional>
#include <thread>

#include "engine/base/sha256.h"
#include "engine/base/sigv4.h"
#include "integrations/s3_xml.h"
#include "tests/support/http_server.h"

namespace gait {
namespace {

using Reply = TestHttpServer::Reply;
using Request = TestHttpServer::Request;

// An environment variable that a test sets.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    value != nullptr ? setenv(name, value, 1) : unsetenv(name);
  }
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

struct Keys {
  Variable id, secret, token;
  explicit Keys(bool there = true)
      : id("AWS_ACCESS_KEY_ID", there ? "AKID" : nullptr),
        secret("AWS_SECRET_ACCESS_KEY", there ? "SECRET" : nullptr),
        token("AWS_SESSION_TOKEN", there ? "TOKEN" : nullptr) {}
};

Reply Failure(int status, const std::string& code) {
  return {status, "Failed", {}, "<Error><Code>" + code + "</Code><Message>It is " + code + "</Message></Error>"};
}

// One object, which is read in ranges.
struct HostedObject {
  std::string body, etag = "\"e\"";
  bool knows_ranges = true, looks_at_if_match = true;

  Reply Get(const Request& request) const {
    const std::string wanted = request.Header("If-Match");
    if (looks_at_if_match && !wanted.empty() && wanted != etag) return Failure(412, "PreconditionFailed");
    Reply reply;
    reply.headers = {{"ETag", etag}, {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"Content-Type", "text/csv"}};
    const std::string range = request.Header("Range");
    if (range.empty() || !knows_ranges) {
      reply.body = body;
      return reply;
    }
    const size_t from = std::stoul(range.substr(6)), to = std::stoul(range.substr(range.find('-') + 1));
    if (from >= body.size()) return Failure(416, "InvalidRange");
    reply.status = 206;
    reply.body = body.substr(from, to - from + 1);
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(from) + "-" +
                                                    std::to_string(from + reply.body.size() - 1) + "/" +
                                                    std::to_string(body.size()));
    return reply;
  }
};

struct Host {
  TestHttpServer server;
  HttpClient http;
  S3Endpoint s3;

  explicit Host(TestHttpServer::Handler handler)
      : server(std::move(handler)), s3(http, {server.url(), "eu-west-1", "", ""}) {}
};

template <typename T>
std::string CodeOf(const S3Result<T>& result) {
  const S3Refusal* refusal = RefusalOf(result);
  return refusal == nullptr ? "" : refusal->code;
}

std::string TextOf(S3Object& object, size_t most) {
  std::string text;
  for (;;) {
    auto bytes = object.Read(most);
    if (const auto* refusal = RefusalOf(bytes)) return refusal->code + ": " + refusal->message;
    if (std::get<std::string>(bytes).empty()) return text;
    text += std::get<std::string>(bytes);
  }
}

std::string Pattern(size_t size) {
  std::string text;
  text.reserve(size);
  for (size_t i = 0; i < size; ++i) text += static_cast<char>(i * 2'654'435'761u >> 13);
  return text;
}

TEST_CASE("requests are signed with the keys of the environment, and without any they are not") {
  const Keys keys;
  std::string body = "text";
  Host host([](const Request&) { return Reply{200, "OK", {{"ETag", "\"e\""}}, ""}; });
  CHECK(std::get<std::string>(host.s3.Put("abc", "a b/\u00e4+&", body)) == "\"e\"");
  const Request request = host.server.requests().at(0);
  CHECK(request.method == "PUT");
  CHECK(request.target == "/abc/a%20b/%C3%A4%2B%26");
  CHECK(request.body == "text");
  CHECK(request.Header("X-Amz-Content-Sha256") == Sha256Hex("text"));
  CHECK(request.Header("X-Amz-Security-Token") == "TOKEN");
  CHECK("http://" + request.Header("Host") == host.server.url());
  // Signed once more, from what has arrived.
  std::vector<HeaderField> fields;
  for (const char* name : {"Host", "X-Amz-Date", "X-Amz-Content-Sha256", "X-Amz-Security-Token"}) {
    for (const auto& [n, value] : request.headers) {
      if (SameName(n, name)) fields.push_back({name, value});
    }
  }
  CHECK(request.Header("Authorization") ==
        AuthorizationOf({request.method, request.target, fields, request.body}, "AKID", "SECRET", "eu-west-1", "s3"));

  const Keys none(false);
  CHECK(CodeOf(host.s3.Put("abc", "k", body)) == "");
  CHECK(host.server.requests().at(1).Header("Authorization") == "");
  CHECK(host.server.requests().at(1).Header("X-Amz-Content-Sha256") == "");
}

TEST_CASE("an object is read in ranges of one object") {
  const Keys keys(false);
  HostedObject hosted{Pattern(20'000'000)};
  Host host([&](const Request& request) { return hosted.Get(request); });
  auto opened = host.s3.Open("abc", "k", "v 1");
  S3Object& object = *std::get<std::unique_ptr<S3Object>>(opened);
  CHECK(object.size() == 20'000'000);
  CHECK(FormatTimestamp(object.last_modified()) == "1994-11-06T08:49:37.000Z");
  CHECK(object.content_type() == "text/csv");
  CHECK(std::get<std::string>(object.ETag()) == "\"e\"");
  CHECK((TextOf(object, 100'000) == hosted.body));
  const auto requests = host.server.requests();
  REQUIRE(requests.size() == 4);
  CHECK(requests[0].target == "/abc/k?versionId=v%201");
  CHECK(requests[0].Header("Range") == "bytes=0-65535");
  CHECK(requests[1].Header("Range") == "bytes=65536-8454143");
  CHECK(requests[1].Header("If-Match") == "\"e\"");
  CHECK(requests[3].Header("Range") == "bytes=16842752-19999999");
  // Anywhere, also further than a range, and beyond the end.
  CHECK((std::get<std::string>(object.ReadAt(19'999'990, 100)) == hosted.body.substr(19'999'990)));
  CHECK((std::get<std::string>(object.ReadAt(5, 9'000'000)) == hosted.body.substr(5, 9'000'000)));
  CHECK(std::get<std::string>(object.ReadAt(20'000'000, 1)).empty());
  CHECK(host.server.requests().size() == 6);
}

TEST_CASE("a small object takes one request, an empty one two") {
  const Keys keys(false);
  for (const bool knows_ranges : {true, false}) {
    for (const size_t size : {0, 1, 65'536}) {
      HostedObject hosted{Pattern(size)};
      hosted.knows_ranges = knows_ranges;
      Host host([&](const Request& request) { return hosted.Get(request); });
      auto opened = host.s3.Open("abc", "k");
      S3Object& object = *std::get<std::unique_ptr<S3Object>>(opened);
      CHECK(object.size() == static_cast<int64_t>(size));
      CHECK((TextOf(object, 1'000) == hosted.body));
      CHECK(host.server.requests().size() == (knows_ranges && size == 0 ? 2 : 1));
    }
  }
  HostedObject hosted{Pattern(65'537)};
  hosted.knows_ranges = false;
  Host host([&](const Request& request) { return hosted.Get(request); });
  CHECK(CodeOf(host.s3.Open("abc", "k")) == "SdkClient");
}

TEST_CASE("an object that is written anew while it is read is refused") {
  const Keys keys(false);
  for (const bool looks : {true, false}) {
    HostedObject hosted{Pattern(100'000)};
    hosted.looks_at_if_match = looks;
    Host host([&](const Request& request) { return hosted.Get(request); });
    auto opened = host.s3.Open("abc", "k");
    hosted.etag = "\"other\"";
    CHECK(TextOf(*std::get<std::unique_ptr<S3Object>>(opened), 100'000) ==
          "PreconditionFailed: The object was changed while it was read");
  }
}

TEST_CASE("pages of a listing") {
  const Keys keys(false);
  Host host([](const Request& request) {
    const bool first = request.target.find("continuation-token") == std::string::npos;
    return Reply{200,
                 "OK",
                 {},
                 "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>" +
                     std::string(first ? "a%20b" : "c") +
                     "</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified><ETag>\"e\"</ETag>"
                     "<Size>7</Size></Contents>" +
                     (first ? "<IsTruncated>true</IsTruncated><NextContinuationToken>n/x="
                              "</NextContinuationToken>"
                            : "") +
                     "</ListBucketResult>"};
  });
  const auto first = host.s3.List("abc", "p/", "p/0", 10);
  const S3Page& page = std::get<S3Page>(first);
  CHECK(page.objects.at(0).key == "a b");
  CHECK(page.truncated);
  const auto second = host.s3.List("abc", "p/", "", 10, page.next);
  CHECK(std::get<S3Page>(second).objects.at(0).key == "c");
  CHECK_FALSE(std::get<S3Page>(second).truncated);
  CHECK(host.server.requests().at(0).target ==
        "/abc?encoding-type=url&list-type=2&max-keys=10&prefix=p%2F&start-after=p%2F0");
  CHECK(host.server.requests().at(1).target ==
        "/abc?continuation-token=n%2Fx%3D&encoding-type=url&list-type=2&max-keys=10&prefix=p%2F");
}

TEST_CASE("what the host refuses is said as it says it") {
  const Keys keys(false);
  Reply reply = Failure(404, "NoSuchBucket");
  Host host([&](const Request&) { return reply; });
  const auto refusal = [&] {
    const auto opened = host.s3.Open("abc", "k");
    return RefusalOf(opened)->code + " " + std::to_string(RefusalOf(opened)->status) + ": " +
           RefusalOf(opened)->message;
  };
  CHECK(refusal() == "NoSuchBucket 404: It is NoSuchBucket");
  reply = {404, "Not Found", {}, "no XML"};
  CHECK(refusal() == "NoSuchKey 404: The endpoint answered 404");
  reply = {301, "Moved", {{"Location", "http://example.com/"}, {"x-amz-bucket-region", "us-west-2"}}, ""};
  CHECK(refusal() == "PermanentRedirect 301: The endpoint answered 301 (The bucket is in the region us-west-2)");
  reply = {200, "OK", {}, "<html></html>"};
  CHECK(RefusalOf(host.s3.List("abc", "", "", 10))->message ==
        "The endpoint's answer is of no use: it is no listing (" + host.server.url() + ")");
  reply = {200, "OK", {}, std::string(70'000, 'x')};
  CHECK(CodeOf(host.s3.Put("abc", "k", "")) == "SdkClient");
  const size_t before = host.server.requests().size();
  // What would ask for something else is not asked for.
  for (const char* key : {"", ".", "..", "a/../b", "a/.", "./a"}) {
    CHECK(CodeOf(host.s3.Delete("abc", key)) == "InvalidArgument");
    CHECK(CodeOf(host.s3.Open("abc", key)) == "InvalidArgument");
  }
  CHECK(CodeOf(host.s3.Delete("..", "k")) == "NoSuchBucket");
  CHECK(host.server.requests().size() == before);
  CHECK(CodeOf(host.s3.Delete("abc", "a//b/.c/")) == "SdkClient");  // 70,000 bytes
  CHECK(host.server.requests().back().target == "/abc/a//b/.c/");
}

TEST_CASE("what may be done twice is tried three times") {
  const Keys keys(false);
  std::atomic<int> failing = 2;
  Reply failure = Failure(500, "InternalError");
  Host host([&](const Request&) { return failing-- > 0 ? failure : Reply{200, "OK", {{"ETag", "\"e\""}}, ""}; });
  CHECK(CodeOf(host.s3.Put("abc", "k", "text")) == "");
  CHECK(host.server.requests().size() == 3);
  failing = 3;
  failure = {200, "", {}, "torn", /*raw=*/true, /*close=*/true};
  CHECK(CodeOf(host.s3.Put("abc", "k", "text")) == "SdkClient");
  CHECK(host.server.requests().size() == 6);
  failing = 3;
  failure = Failure(501, "NotImplemented");
  CHECK(CodeOf(host.s3.Put("abc", "k", "text")) == "NotImplemented");
  CHECK(host.server.requests().size() == 7);

  HttpClient http;
  const S3Endpoint nobody(http, {"http://127.0.0.1:" + std::to_string(UnusedPort()), "us-east-1", "", ""});
  const auto put = nobody.Put("abc", "k", "text");
  CHECK(RefusalOf(put)->code == "SdkClient");
  CHECK(RefusalOf(put)->message.starts_with("Unable to execute HTTP request: "));
}

TEST_CASE("a client that is stopped refuses") {
  const Keys keys(false);
  Host host([&](const Request&) -> Reply {
    host.server.Hold();
    return {};
  });
  std::thread stopping([&] {
    host.server.AwaitRequests(1);
    host.http.Stop();
  });
  CHECK(CodeOf(host.s3.Open("abc", "k")) == "SdkClient");
  stopping.join();
  CHECK(CodeOf(host.s3.Open("abc", "k")) == "SdkClient");
  host.server.Release();
}

// Takes multipart uploads.
struct UploadHost {
  std::map<int, std::string> parts;
  std::string object;
  std::string etag = "\"e-2\"";
  int completions = 0;
  std::optional<Reply> of_part, of_create;
  std::vector<Reply> of_completion;  // in their order, in the place of the right one
  bool completes_anyway = false;
  Host host{[this](const Request& r) { return Take(r); }};

  Reply Take(const Request& r) {
    const auto has = [&](const char* text) { return r.target.find(text) != std::string::npos; };
    if (r.method == "GET") return HostedObject{object, etag}.Get(r);
    if (r.method == "DELETE") return {204, "No Content", {}, ""};
    if (has("?uploads=")) {
      if (of_create) return *of_create;
      return {200, "OK", {}, "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>"};
    }
    if (has("partNumber=")) {
      const int number = std::stoi(r.target.substr(r.target.find("partNumber=") + 11));
      if (of_part && number == 2) return *of_part;
      parts[number] = r.body;
      return {200, "OK", {{"ETag", "\"p" + std::to_string(number) + "\""}}, ""};
    }
    if (r.method == "PUT") {
      object = r.body;
      return {200, "OK", {{"ETag", "\"whole\""}}, ""};
    }
    const size_t now = static_cast<size_t>(completions++);
    if (now >= of_completion.size() || completes_anyway) {
      object.clear();
      for (const auto& [number, part] : parts) object += part;
    }
    if (now < of_completion.size()) return of_completion[now];
    return {
        200, "OK", {}, "\n<CompleteMultipartUploadResult><ETag>" + etag + "</ETag></CompleteMultipartUploadResult>"};
  }
  std::vector<std::string> Asked() const {
    std::vector<std::string> asked;
    for (const Request& r : host.server.requests()) asked.push_back(r.method + " " + r.target);
    return asked;
  }
  std::string Upload(const std::string& body) {
    auto upload = std::get<std::unique_ptr<S3Upload>>(host.s3.Upload("abc", "k"));
    for (size_t at = 0; at < body.size(); at += 1'000'000) {
      if (const auto refusal = upload->Write(std::string_view(body).substr(at, 1'000'000))) {
        CHECK(CodeOf(upload->Finish()) == refusal->code);  // it stays so
        return refusal->code;
      }
    }
    const auto etag_now = upload->Finish();
    return RefusalOf(etag_now) != nullptr ? RefusalOf(etag_now)->code : std::get<std::string>(etag_now);
  }
};

TEST_CASE("a small object is put, a larger one uploaded in parts") {
  const Keys keys(false);
  UploadHost small;
  CHECK(small.Upload("text") == "\"whole\"");
  CHECK(small.object == "text");
  CHECK(small.Asked() == std::vector<std::string>{"PUT /abc/k"});

  UploadHost large;
  const std::string body = Pattern(8'388'608 + 5);
  CHECK(large.Upload(body) == "\"e-2\"");
  CHECK((large.object == body));
  CHECK(large.Asked() == std::vector<std::string>{"POST /abc/k?uploads=", "PUT /abc/k?partNumber=1&uploadId=u%2F1",
                                                  "PUT /abc/k?partNumber=2&uploadId=u%2F1",
                                                  "POST /abc/k?uploadId=u%2F1"});
  CHECK(large.host.server.requests().back().body == CompletionOf({"\"p1\"", "\"p2\""}));

  UploadHost exact;
  exact.etag = "\"e-1\"";
  CHECK(exact.Upload(body.substr(0, 8'388'608)) == "\"e-1\"");
  CHECK(exact.Asked().size() == 3);
}

TEST_CASE("an upload that is not finished is aborted") {
  const Keys keys(false);
  const std::string body = Pattern(17'000'000);
  UploadHost refusing;
  refusing.of_part = Failure(403, "AccessDenied");
  CHECK(refusing.Upload(body) == "AccessDenied");
  CHECK(refusing.Asked().back() == "DELETE /abc/k?uploadId=u%2F1");
  CHECK(refusing.object.empty());

  UploadHost abandoned;
  std::get<std::unique_ptr<S3Upload>>(abandoned.host.s3.Upload("abc", "k"))->Write(body);
  CHECK(abandoned.Asked().back() == "DELETE /abc/k?uploadId=u%2F1");

  UploadHost nothing;
  std::get<std::unique_ptr<S3Upload>>(nothing.host.s3.Upload("abc", "k"))->Write("text");
  CHECK(nothing.Asked().empty());

  // Whether it was begun is not known: a second one is not.
  UploadHost torn;
  torn.of_create = Failure(500, "InternalError");
  CHECK(torn.Upload(body) == "InternalError");
  CHECK(torn.Asked() == std::vector<std::string>{"POST /abc/k?uploads="});
}

TEST_CASE("an upload is completed in the end, or it is known that it was") {
  const Keys keys(false);
  const std::string body = Pattern(9'000'000);
  const Reply torn = {200, "", {}, "torn", /*raw=*/true, /*close=*/true};
  const Reply late = {200, "OK", {}, "   <Error><Code>InternalError</Code><Message>Try again</Message></Error>"};
  UploadHost later;
  later.of_completion = {late, torn};
  CHECK(later.Upload(body) == "\"e-2\"");
  CHECK(later.completions == 3);
  CHECK((later.object == body));

  UploadHost already;
  already.of_completion = {torn, Failure(404, "NoSuchUpload")};
  already.completes_anyway = true;
  CHECK(already.Upload(body) == "\"e-2\"");
  CHECK(already.Asked().back() == "GET /abc/k");

  UploadHost gone;
  gone.of_completion = {torn, Failure(404, "NoSuchUpload")};
  gone.object = "another";
  CHECK(gone.Upload(body) == "NoSuchUpload");
  CHECK(gone.object == "another");
}

}  // namespace
}  // namespace gait
