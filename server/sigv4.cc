#include "server/sigv4.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "engine/base/sha256.h"

namespace gait {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";

// Those of the fields that change what is asked for, or by whom; a request that is taken down and sent again with
// others must not pass. (AWS: "you must include the host header and any x-amz-* headers".)
constexpr std::string_view kSignedIfPresent[] = {"x-amz-date", "x-amz-target", "x-amz-security-token",
                                                 "x-amz-content-sha256"};

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// AWS's UriEncode: all but RFC 3986's unreserved characters.
void AppendEncoded(std::string& to, std::string_view text) {
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      to += c;
    } else {
      to += '%';
      to += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
      to += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
    }
  }
}

std::string Decoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    decoded += escape ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return decoded;
}

// Without empty and dot segments, and encoded once more: every service but S3 has it so.
std::string CanonicalPath(std::string_view path) {
  std::vector<std::string_view> kept;
  bool folder = true;  // does it end with a slash?
  for (const std::string_view segment : Split(path, '/')) {
    folder = segment.empty() || segment == "." || segment == "..";
    if (!folder) kept.push_back(segment);
    if (segment == ".." && !kept.empty()) kept.pop_back();
  }
  std::string canonical;
  for (const std::string_view segment : kept) {
    canonical += '/';
    AppendEncoded(canonical, segment);
  }
  if (folder || kept.empty()) canonical += '/';
  return canonical;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view parameter : Split(query, '&')) {
    if (parameter.empty()) continue;
    const size_t equals = std::min(parameter.find('='), parameter.size());
    auto& [name, value] = parameters.emplace_back();
    AppendEncoded(name, Decoded(parameter.substr(0, equals)));
    if (equals < parameter.size()) AppendEncoded(value, Decoded(parameter.substr(equals + 1)));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    if (!canonical.empty()) canonical += '&';
    canonical += name + '=' + value;
  }
  return canonical;
}

// Without blanks around it, and with one in the place of several.
void AppendCanonicalValue(std::string& to, std::string_view value) {
  value = Trimmed(value);
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != ' ' || value[i - 1] != ' ') to += value[i];
  }
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
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
  for (std::string_view part : Split(header.substr(blank), ',')) {
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
  if (credential[4] != kTerminator) {
    add("Credential should be scoped with a valid terminator: " + Quoted(kTerminator) + ", not " +
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

std::string FormatAmzDate(Timestamp t) {
  std::string basic;
  for (const char c : FormatTimestamp(t).substr(0, 19)) {
    if (c != '-' && c != ':') basic += c;
  }
  return basic + 'Z';
}

std::string CanonicalRequest(const RequestView& request, std::string_view signed_headers) {
  const size_t question = std::min(request.target.find('?'), request.target.size());
  std::string canonical(request.method);
  canonical += '\n';
  canonical += CanonicalPath(request.target.substr(0, question));
  canonical += '\n';
  if (question < request.target.size()) canonical += CanonicalQuery(request.target.substr(question + 1));
  canonical += '\n';
  const std::string names = Lower(signed_headers);
  for (const std::string_view name : Split(names, ';')) {
    canonical += name;
    canonical += ':';
    bool first = true;
    for (const HeaderField& field : request.headers) {
      if (!SameName(field.name, name)) continue;
      if (!std::exchange(first, false)) canonical += ',';
      AppendCanonicalValue(canonical, field.value);
    }
    canonical += '\n';
  }
  canonical += '\n';
  canonical += names;
  canonical += '\n';
  canonical += Sha256Hex(request.body);
  return canonical;
}

std::string StringToSign(std::string_view time, std::string_view scope, std::string_view canonical_request) {
  std::string text(kAlgorithm);
  text.append("\n").append(time).append("\n").append(scope).append("\n").append(Sha256Hex(canonical_request));
  return text;
}

std::string Signature(std::string_view secret, std::string_view scope, std::string_view string_to_sign) {
  std::string key = "AWS4" + std::string(secret);
  for (const std::string_view part : Split(scope, '/')) key = HmacSha256(key, part);
  return HexOf(HmacSha256(key, string_to_sign));
}

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

  const std::vector<std::string_view> names = Split(given.signed_headers, ';');
  const auto is_signed = [&](std::string_view name) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return SameName(n, name); });
  };
  if (!is_signed("host")) return Invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  for (const std::string_view name : kSignedIfPresent) {
    if (request.Find(name) != nullptr && !is_signed(name))
      return Invalid(Quoted(name) + " must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (given.algorithm != kAlgorithm) {
    return Incomplete("Unsupported AWS 'algorithm': " + Quoted(given.algorithm) + " (only " + std::string(kAlgorithm) +
                      " for now). ");
  }
  const std::vector<std::string_view> credential = Split(given.credential, '/');
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

std::string AuthorizationOf(const RequestView& request, std::string_view access_key_id, std::string_view secret,
                            std::string_view region, std::string_view service) {
  std::vector<std::string> names;
  for (const HeaderField& field : request.headers) names.push_back(Lower(field.name));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string signed_headers;
  for (const std::string& name : names) signed_headers += (signed_headers.empty() ? "" : ";") + name;
  const std::string_view time = request.Header("X-Amz-Date");
  std::string scope(time.substr(0, 8));
  for (const std::string_view part : {region, service, kTerminator}) scope.append("/").append(part);
  const std::string signature =
      Signature(secret, scope, StringToSign(time, scope, CanonicalRequest(request, signed_headers)));
  std::string header(kAlgorithm);
  header.append(" Credential=").append(access_key_id).append("/").append(scope);
  header.append(", SignedHeaders=").append(signed_headers).append(", Signature=").append(signature);
  return header;
}

std::string_view AccessKeyIdOf(const RequestView& request) {
  const std::string_view credential = Parse(request.Header("Authorization")).credential;
  return credential.substr(0, credential.find('/'));
}

}  // namespace gait
