#include "server/sigv4.h"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

namespace gait {
namespace {

// The key, the time and the names of AWS's Signature Version 4 Test Suite.
constexpr const char* kId = "AKIDEXAMPLE";
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr const char* kTime = "20150830T123600Z";
const Timestamp kNow = *ParseTimestamp("2015-08-30T12:36:00Z");

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

// A request as the AWS CLI sends it, signed; what a test changes afterwards is not what was signed.
struct Signed {
  std::string method = "POST", target = "/", body = "{}", time = kTime, host = "sync-localhost:8083";
  std::string operation = "AWSStepFunctions.ListStateMachines", id = kId, secret = kSecret, token;
  std::string scope = "20150830/eu-west-1/states/aws4_request", names = "content-type;host;x-amz-date;x-amz-target";
  std::string authorization;
  Credentials credentials = {{kId, {kSecret, ""}}};

  std::vector<HeaderField> Headers() const {
    std::vector<HeaderField> headers = {{"host", host},
                                        {"Content-Type", "application/x-amz-json-1.0"},
                                        {"X-Amz-Target", operation},
                                        {"X-Amz-Date", time}};
    if (!token.empty()) headers.push_back({"X-Amz-Security-Token", token});
    if (!authorization.empty()) headers.push_back({"Authorization", authorization});
    return headers;
  }
  Signed& Sign() {
    authorization = "";
    const std::vector<HeaderField> headers = Headers();
    authorization =
        "AWS4-HMAC-SHA256 Credential=" + id + "/" + scope + ", SignedHeaders=" + names + ", Signature=" +
        Signature(secret, scope, StringToSign(time, scope, CanonicalRequest({method, target, headers, body}, names)));
    return *this;
  }
  // "CODE: message", or "" if it passes.
  std::string Check(Timestamp now = kNow) const {
    const std::vector<HeaderField> headers = Headers();
    const auto error = CheckSignature({method, target, headers, body}, credentials, "states", now);
    if (error) CHECK(error->status == 400);
    return error ? error->code + ": " + error->message : "";
  }
};

TEST_CASE("a request that was signed with a key of the file passes") {
  CHECK(Signed().Sign().Check() == "");
  CHECK(Signed().Sign().Check(kNow + Duration::Seconds(899)) == "");
  CHECK(Signed().Sign().Check(kNow + Duration::Seconds(-899)) == "");
  const std::string authorization = Signed().Sign().authorization;
  const std::vector<HeaderField> headers = {{"Authorization", authorization}};
  CHECK(AccessKeyIdOf({"POST", "/", headers, ""}) == kId);
  CHECK(AccessKeyIdOf({"POST", "/", {}, ""}) == "");
}

TEST_CASE("what a client of ours signs passes") {
  Signed request;
  const std::vector<HeaderField> headers = request.Headers();
  request.authorization = AuthorizationOf({"POST", "/", headers, request.body}, kId, kSecret, "eu-west-1", "states");
  request.names = "content-type;host;x-amz-date;x-amz-target";
  CHECK(request.Check() == "");
  CHECK(request.authorization == Signed().Sign().authorization);
  CHECK(FormatAmzDate(kNow) == kTime);
}

TEST_CASE("what was changed on its way is refused") {
  const std::string mismatch =
      "InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check "
      "your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical "
      "String for this request should have been\n'POST\n/\n";
  for (const auto& change : std::vector<std::function<void(Signed&)>>{
           [](Signed& s) { s.body = "{ }"; },
           [](Signed& s) { s.operation = "AWSStepFunctions.DeleteStateMachine"; },
           [](Signed& s) { s.host = "localhost:8083"; },
           [](Signed& s) { s.time = "20150830T123601Z"; },
           [](Signed& s) { s.target = "/?a"; },
           [](Signed& s) {
             s.credentials = {{kId, {"another", ""}}};
           },
           [](Signed& s) { s.authorization.back() = s.authorization.back() == '0' ? '1' : '0'; },
           [](Signed& s) { s.authorization.pop_back(); },
       }) {
    Signed request = Signed().Sign();
    change(request);
    INFO(request.Check());
    CHECK(request.Check().starts_with(mismatch.substr(0, request.target == "/" ? mismatch.size() : 60)));
  }
}

TEST_CASE("session tokens") {
  Signed request;
  request.token = "TOKEN";
  request.names += ";x-amz-security-token";
  CHECK(request.Sign().Check() == "");  // the file asks for none
  request.credentials = {{kId, {kSecret, "TOKEN"}}};
  CHECK(request.Check() == "");
  request.credentials = {{kId, {kSecret, "OTHER"}}};
  CHECK(request.Check() == "UnrecognizedClientException: The security token included in the request is invalid.");
}

TEST_CASE("what a signature lacks") {
  const auto refused = [](const std::function<void(Signed&)>& change, bool sign) {
    Signed request;
    if (!sign) request.Sign();
    change(request);
    if (sign) request.Sign();
    return request.Check();
  };
  struct Row {
    const char* says;
    std::function<void(Signed&)> change;
    bool sign = false;  // after the change
  };
  const Row rows[] = {
      {"MissingAuthenticationTokenException: Missing Authentication Token", [](Signed& s) { s.authorization = ""; }},
      {"MissingAuthenticationTokenException: Missing Authentication Token",
       [](Signed& s) { s.authorization = "Basic dGVzdDp0ZXN0"; }},
      {"IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization header "
       "requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
       "Authorization=AWS4-HMAC-SHA256",
       [](Signed& s) { s.authorization = "AWS4-HMAC-SHA256"; }},
      {"IncompleteSignatureException: 'Credential' not a valid key=value pair (missing equal-sign) in Authorization "
       "header: 'AWS4-HMAC-SHA256 Signature=b, Credential, SignedHeaders=c'.",
       [](Signed& s) { s.authorization = "AWS4-HMAC-SHA256 Signature=b, Credential, SignedHeaders=c"; }},
      {"IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See "
       "http://en.wikipedia.org/wiki/ISO_8601",
       [](Signed& s) { s.time = "2015-08-30"; }},
      {"InvalidSignatureException: Signature expired: 20150830T122059Z is now earlier than 20150830T122100Z "
       "(20150830T123600Z - 15 min.)",
       [](Signed& s) { s.time = "20150830T122059Z"; }, true},
      {"InvalidSignatureException: Signature not yet current: 20150830T125101Z is still later than 20150830T125100Z "
       "(20150830T123600Z + 15 min.)",
       [](Signed& s) { s.time = "20150830T125101Z"; }, true},
      {"InvalidSignatureException: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
       [](Signed& s) { s.names = "x-amz-date;x-amz-target"; }, true},
      {"InvalidSignatureException: 'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
       [](Signed& s) { s.names = "host;x-amz-date"; }, true},
      {"IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only AWS4-HMAC-SHA256 for now). ",
       [](Signed& s) { s.authorization.replace(0, 16, "AWS4-HMAC-SHA1"); }},
      {"IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. "
       "keyid/date/region/service/term, got 'AKIDEXAMPLE/20150830/eu-west-1/states'",
       [](Signed& s) { s.scope = "20150830/eu-west-1/states"; }, true},
      {"InvalidSignatureException: Credential should be scoped to correct service: 'states'. Credential should be "
       "scoped with a valid terminator: 'aws4_request', not 'aws5_request'. Date in Credential scope does not match "
       "YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'.",
       [](Signed& s) { s.scope = "20150829/eu-west-1/lambda/aws5_request"; }, true},
      {"UnrecognizedClientException: The security token included in the request is invalid.",
       [](Signed& s) { s.id = "AKIDOTHER"; }, true},
  };
  for (const Row& row : rows) CHECK(refused(row.change, row.sign) == row.says);
}

}  // namespace
}  // namespace gait
