#include "server/sigv4.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "engine/base/sha256.h"
#include "engine/base/sigv4.h"

namespace gait {
namespace {

// Those of the fields that change what is asked for, or by whom; a request that is taken down and sent again with
// others must not pass. (AWS: "you must include the host header and any x-amz-* headers".)
constexpr std::string_view kSignedIfPresent[] = {"x-amz-date", "x-amz-target", "x-amz-security-token",
                                                 "x-amz-content-sha256"};

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The Authorization header: "AWS4-HMAC-SHA256 Credential=ID/SCOPE, SignedHeaders=A;B, Signature=HEX".
struct Authorization {
  std::string_view algorithm, credential, signed_headers, signature;
  std::string_view odd;  // a part that is not name=value; null if there is none
};

Authorization Parse(std::string_view header) {
  Authorization parsed;
  const size_t blank = std::min(header.find(' '), header.size());
  parsed.algorithm = header.substr(0, blank);
  for (std::string_view part : SplitAt(header.substr(blank), ',')) {
    part = Trimmed(part);
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      parsed.odd = part;
      continue;
    }
    const std::string_view name = part.substr(0, equals), value = part.substr(equals + 1);
    if (name == "Credential") parsed.credential = value;
    if (name == "SignedHeaders") parsed.signed_headers = value;
    if (name == "Signature") parsed.signature = value;
  }
  return parsed;
}

// "20150830T123600Z", ISO 8601's basic format.
std::optional<Timestamp> ParseBasic(std::string_view text) {
  constexpr std::string_view kForm = "00000000T000000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return std::nullopt;
  }
  const std::string t(text);
  return ParseTimestamp(t.substr(0, 4) + "-" + t.substr(4, 2) + "-" + t.substr(6, 5) + ":" + t.substr(11, 2) + ":" +
                        t.substr(13));
}

ApiError Incomplete(std::string message) { return {"IncompleteSignatureException", std::move(message)}; }
ApiError Invalid(std::string message) { return {"InvalidSignatureException", std::move(message)}; }
ApiError Unrecognized() {
  return {"UnrecognizedClientException", "The security token included in the request is invalid."};
}

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// AWS tells all that is wrong with a scope, one sentence after the other.
std::string WrongScope(const std::vector<std::string_view>& credential, std::string_view service,
                       std::string_view time) {
  std::string wrong;
  const auto add = [&](const std::string& sentence) { wrong += (wrong.empty() ? "" : " ") + sentence; };
  if (credential[2].empty()) add("Credential should be scoped to a valid region.");
  if (credential[3] != service) add("Credential should be scoped to correct service: " + Quoted(service) + ".");
  if (credential[4] != kSigningTerminator) {
    add("Credential should be scoped with a valid terminator: " + Quoted(kSigningTerminator) + ", not " +
        Quoted(credential[4]) + ".");
  }
  if (credential[1] != time.substr(0, 8)) {
    add("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        Quoted(credential[1]) + " != " + Quoted(time.substr(0, 8)) + ", from " + Quoted(time) + ".");
  }
  return wrong;
}

std::string WrongTime(std::string_view time, Timestamp signed_at, Timestamp now) {
  const Timestamp earliest = now + Duration{-kSignatureSkewMax.ms}, latest = now + kSignatureSkewMax;
  const std::string minutes = std::to_string(kSignatureSkewMax.ms / 60'000) + " min.)";
  if (signed_at < earliest) {
    return "Signature expired: " + std::string(time) + " is now earlier than " + FormatAmzDate(earliest) + " (" +
           FormatAmzDate(now) + " - " + minutes;
  }
  if (signed_at > latest) {
    return "Signature not yet current: " + std::string(time) + " is still later than " + FormatAmzDate(latest) + " (" +
           FormatAmzDate(now) + " + " + minutes;
  }
  return "";
}

}  // namespace

std::optional<ApiError> CheckSignature(const RequestView& request, const Credentials& credentials,
                                       std::string_view service, Timestamp now) {
  const std::string_view header = request.Header("Authorization");
  if (!header.starts_with("AWS4-"))
    return ApiError{"MissingAuthenticationTokenException", "Missing Authentication Token"};
  const Authorization given = Parse(header);
  if (given.odd.data() != nullptr) {
    return Incomplete(Quoted(given.odd) + " not a valid key=value pair (missing equal-sign) in Authorization header: " +
                      Quoted(header) + ".");
  }
  const HeaderField* date = request.Find("X-Amz-Date");
  if (date == nullptr) date = request.Find("Date");
  std::string missing;
  const auto require = [&](bool there, const char* what) {
    if (!there) missing += std::string("Authorization header requires ") + what + ". ";
  };
  require(!given.credential.empty(), "'Credential' parameter");
  require(!given.signature.empty(), "'Signature' parameter");
  require(!given.signed_headers.empty(), "'SignedHeaders' parameter");
  require(date != nullptr, "existence of either a 'X-Amz-Date' or a 'Date' header");
  if (!missing.empty()) return Incomplete(missing + "Authorization=" + std::string(header));

  const std::string_view time = date->value;
  const auto signed_at = ParseBasic(time);
  if (!signed_at) {
    return Incomplete("Date must be in ISO-8601 'basic format'. Got " + Quoted(time) +
                      ". See http://en.wikipedia.org/wiki/ISO_8601");
  }
  if (std::string wrong = WrongTime(time, *signed_at, now); !wrong.empty()) return Invalid(std::move(wrong));

  const std::vector<std::string_view> names = SplitAt(given.signed_headers, ';');
  const auto is_signed = [&](std::string_view name) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return SameName(n, name); });
  };
  if (!is_signed("host")) return Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  for (const std::string_view name : kSignedIfPresent) {
    if (request.Find(name) != nullptr && !is_signed(name))
      return Invalid(Quoted(name) + " must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (given.algorithm != kSigningAlgorithm) {
    return Incomplete("Unsupported AWS 'algorithm': " + Quoted(given.algorithm) + " (only " +
                      std::string(kSigningAlgorithm) + " for now). ");
  }
  const std::vector<std::string_view> credential = SplitAt(given.credential, '/');
  if (credential.size() != 5) {
    return Incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got " +
        Quoted(given.credential));
  }
  if (std::string wrong = WrongScope(credential, service, time); !wrong.empty()) return Invalid(std::move(wrong));

  const auto key = credentials.find(credential[0]);
  if (key == credentials.end()) return Unrecognized();
  const std::string canonical = CanonicalRequest(request, given.signed_headers);
  const std::string to_sign = StringToSign(time, given.credential.substr(credential[0].size() + 1), canonical);
  const std::string signature =
      Signature(key->second.secret, given.credential.substr(credential[0].size() + 1), to_sign);
  if (!EqualInConstantTime(given.signature, signature)) {
    return Invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
        "Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this "
        "request should have been\n'" +
        canonical + "'\n\nThe String-to-Sign should have been\n'" + to_sign + "'\n");
  }
  const std::string& token = key->second.session_token;
  if (!token.empty() && !EqualInConstantTime(request.Header("X-Amz-Security-Token"), token)) return Unrecognized();
  return std::nullopt;
}

std::string_view AccessKeyIdOf(const RequestView& request) {
  const std::string_view credential = Parse(request.Header("Authorization")).credential;
  return credential.substr(0, credential.find('/'));
}

}  // namespace gait
