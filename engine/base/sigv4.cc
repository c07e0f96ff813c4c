#include "engine/base/sigv4.h"

#include <algorithm>
#include <utility>

#include "engine/base/sha256.h"

namespace gait {
namespace {

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
  for (const std::string_view segment : SplitAt(path, '/')) {
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
  for (const std::string_view parameter : SplitAt(query, '&')) {
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

}  // namespace

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string FormatAmzDate(Timestamp t) {
  std::string basic;
  for (const char c : FormatTimestamp(t).substr(0, 19)) {
    if (c != '-' && c != ':') basic += c;
  }
  return basic + 'Z';
}

std::string CanonicalRequest(const RequestView& request, std::string_view signed_headers, CanonicalForm form) {
  const size_t question = std::min(request.target.find('?'), request.target.size());
  std::string canonical(request.method);
  canonical += '\n';
  const std::string_view path = request.target.substr(0, question);
  canonical += form == CanonicalForm::kS3 ? std::string(path) : CanonicalPath(path);
  canonical += '\n';
  if (question < request.target.size()) canonical += CanonicalQuery(request.target.substr(question + 1));
  canonical += '\n';
  const std::string names = Lower(signed_headers);
  for (const std::string_view name : SplitAt(names, ';')) {
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
  const HeaderField* digest = form == CanonicalForm::kS3 ? request.Find("X-Amz-Content-Sha256") : nullptr;
  canonical += digest != nullptr ? std::string(digest->value) : Sha256Hex(request.body);
  return canonical;
}

std::string StringToSign(std::string_view time, std::string_view scope, std::string_view canonical_request) {
  std::string text(kSigningAlgorithm);
  text.append("\n").append(time).append("\n").append(scope).append("\n").append(Sha256Hex(canonical_request));
  return text;
}

std::string Signature(std::string_view secret, std::string_view scope, std::string_view string_to_sign) {
  std::string key = "AWS4" + std::string(secret);
  for (const std::string_view part : SplitAt(scope, '/')) key = HmacSha256(key, part);
  return HexOf(HmacSha256(key, string_to_sign));
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
  for (const std::string_view part : {region, service, kSigningTerminator}) scope.append("/").append(part);
  const CanonicalForm form = service == "s3" ? CanonicalForm::kS3 : CanonicalForm::kOthers;
  const std::string signature =
      Signature(secret, scope, StringToSign(time, scope, CanonicalRequest(request, signed_headers, form)));
  std::string header(kSigningAlgorithm);
  header.append(" Credential=").append(access_key_id).append("/").append(scope);
  header.append(", SignedHeaders=").append(signed_headers).append(", Signature=").append(signature);
  return header;
}

}  // namespace gait
