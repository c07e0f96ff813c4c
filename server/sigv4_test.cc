#include "server/sigv4.h"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "engine/base/sigv4.h"

namespace gait {
namespace {

constexpr const char* kId = "AKIDEXAMPLE";
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr const char* kTime = "20150830T123600Z";
const Timestamp kNow = *ParseTimestamp("2015-08-30T12:36:00Z");

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
