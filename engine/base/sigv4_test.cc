#include "engine/base/sigv4.h"

#include <doctest/doctest.h>

#include "engine/base/sha256.h"

namespace gait {
namespace {

// The key, the time and the names of AWS's Signature Version 4 Test Suite.
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr const char* kTime = "20150830T123600Z";

struct SuiteCase {
  const char* name;
  const char* method;
  const char* target;
  std::vector<HeaderField> headers;  // beside Host and X-Amz-Date
  const char* body;
  const char* signed_headers;
  const char* signature;
};

const SuiteCase kSuite[] = {
    {"get-vanilla",
     "GET",
     "/",
     {},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/?Param2=value2&Param1=value1",
     {},
     "",
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-empty-query-key",
     "GET",
     "/?Param1=value1",
     {},
     "",
     "host;x-amz-date",
     "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-utf8-query",
     "GET",
     "/?\u1234=bar",
     {},
     "",
     "host;x-amz-date",
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-unreserved",
     "GET",
     "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
     {},
     "",
     "host;x-amz-date",
     "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8",
     "GET",
     "/\u1234",
     {},
     "",
     "host;x-amz-date",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-space",
     "GET",
     "/example space/",
     {},
     "",
     "host;x-amz-date",
     "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-slashes",
     "GET",
     "//example//",
     {},
     "",
     "host;x-amz-date",
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-relative",
     "GET",
     "/example/..",
     {},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-pointless-dot",
     "GET",
     "/./example",
     {},
     "",
     "host;x-amz-date",
     "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-header-key-duplicate",
     "GET",
     "/",
     {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
     "",
     "host;my-header1;x-amz-date",
     "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-trim",
     "GET",
     "/",
     {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
     "",
     "host;my-header1;my-header2;x-amz-date",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"post-vanilla",
     "POST",
     "/",
     {},
     "",
     "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-vanilla-query",
     "POST",
     "/?Param1=value1",
     {},
     "",
     "host;x-amz-date",
     "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-header-key-sort",
     "POST",
     "/",
     {{"My-Header1", "value1"}},
     "",
     "host;my-header1;x-amz-date",
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     {{"Content-Type", "application/x-www-form-urlencoded"}},
     "Param1=value1",
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"post-x-www-form-urlencoded-parameters",
     "POST",
     "/",
     {{"Content-Type", "application/x-www-form-urlencoded; charset=utf8"}},
     "Param1=value1",
     "content-type;host;x-amz-date",
     "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
};

TEST_CASE("AWS's test suite") {
  for (const SuiteCase& c : kSuite) {
    INFO(c.name);
    std::vector<HeaderField> headers = {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", kTime}};
    headers.insert(headers.end(), c.headers.begin(), c.headers.end());
    const std::string canonical = CanonicalRequest({c.method, c.target, headers, c.body}, c.signed_headers);
    INFO(canonical);
    const std::string scope = "20150830/us-east-1/service/aws4_request";
    CHECK(Signature(kSecret, scope, StringToSign(kTime, scope, canonical)) == c.signature);
  }
}

TEST_CASE("the example of the IAM User Guide") {
  const std::vector<HeaderField> headers = {{"Host", "iam.amazonaws.com"},
                                            {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                                            {"X-Amz-Date", kTime}};
  const std::string canonical =
      CanonicalRequest({"GET", "/?Action=ListUsers&Version=2010-05-08", headers, ""}, "content-type;host;x-amz-date");
  CHECK(canonical ==
        "GET\n/\nAction=ListUsers&Version=2010-05-08\ncontent-type:application/x-www-form-urlencoded; charset=utf-8\n"
        "host:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const std::string scope = "20150830/us-east-1/iam/aws4_request", to_sign = StringToSign(kTime, scope, canonical);
  CHECK(to_sign ==
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
        "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
  CHECK(Signature(kSecret, scope, to_sign) == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

// The examples in S3's API Reference, "Authenticating Requests: Using the Authorization Header".
struct S3Example {
  const char* method;
  const char* target;
  std::vector<HeaderField> headers;  // beside Host, X-Amz-Date and X-Amz-Content-Sha256
  const char* body;
  const char* signature;
};
const S3Example kS3Examples[] = {
    {"GET",
     "/test.txt",
     {{"Range", "bytes=0-9"}},
     "",
     "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
    {"PUT",
     "/test%24file.text",
     {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
     "Welcome to Amazon S3.",
     "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
    {"GET", "/?lifecycle", {}, "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
    {"GET", "/?max-keys=2&prefix=J", {}, "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
};

TEST_CASE("the examples of S3, signed") {
  for (const S3Example& e : kS3Examples) {
    INFO(e.target);
    const std::string digest = Sha256Hex(e.body);
    std::vector<HeaderField> headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                                        {"X-Amz-Date", "20130524T000000Z"},
                                        {"x-amz-content-sha256", digest}};
    headers.insert(headers.end(), e.headers.begin(), e.headers.end());
    const std::string authorization = AuthorizationOf({e.method, e.target, headers, e.body}, "AKIAIOSFODNN7EXAMPLE",
                                                      "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3");
    CHECK(authorization.starts_with(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders="));
    CHECK(authorization.substr(authorization.size() - 64) == e.signature);
  }
}

TEST_CASE("a key of S3 is signed as it is sent") {
  const std::vector<HeaderField> headers = {{"Host", "h"}, {"X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"}};
  CHECK(CanonicalRequest({"PUT", "/b/a//../%20b", headers, "body"}, "host", CanonicalForm::kS3) ==
        "PUT\n/b/a//../%20b\n\nhost:h\n\nhost\nUNSIGNED-PAYLOAD");
  CHECK(CanonicalRequest({"PUT", "/b/a//../%20b", headers, ""}, "host")
            .starts_with("PUT\n/b/%2520b\n\nhost:h\n\nhost\ne3b0c442"));
}

TEST_CASE("a time as it is signed") { CHECK(FormatAmzDate(*ParseTimestamp("2015-08-30T12:36:00.987Z")) == kTime); }

}  // namespace
}  // namespace gait
