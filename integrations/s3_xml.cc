#include "integrations/s3_xml.h"

#include <charconv>
#include <pugixml.hpp>
#include <sstream>

#include "engine/base/utf.h"

namespace gait {
namespace {

constexpr size_t kErrorTextMax = 1'024;  // bytes of a code or a message

// The root element of that name; null if there is none. `document` outlives it.
pugi::xml_node Root(pugi::xml_document& document, std::string_view xml, const char* name) {
  // Entities of a document's own are not expanded; pugixml knows none but XML's five.
  if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8)) return {};
  return document.child(name);
}

int HexDigit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// As EncodingType=url encodes.
std::string Decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::optional<S3ObjectInfo> ObjectOf(const pugi::xml_node& contents, bool encoded) {
  S3ObjectInfo object;
  object.key = contents.child_value("Key");
  if (encoded) object.key = Decoded(object.key);
  const std::string_view size = contents.child_value("Size");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), object.size);
  const auto modified = ParseTimestamp(contents.child_value("LastModified"));
  const bool good = !object.key.empty() && error == std::errc() && end == size.data() + size.size() && object.size >= 0;
  if (!good || !modified) return std::nullopt;
  object.last_modified = *modified;
  object.etag = contents.child_value("ETag");
  return object;
}

}  // namespace

std::optional<S3Page> ParseListing(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_node root = Root(document, xml, "ListBucketResult");
  if (!root) return std::nullopt;
  const bool encoded = std::string_view(root.child_value("EncodingType")) == "url";
  S3Page page;
  for (const pugi::xml_node contents : root.children("Contents")) {
    auto object = ObjectOf(contents, encoded);
    if (!object) return std::nullopt;
    page.objects.push_back(*std::move(object));
  }
  page.truncated = std::string_view(root.child_value("IsTruncated")) == "true";
  page.next = root.child_value("NextContinuationToken");
  if (page.truncated && page.next.empty()) return std::nullopt;  // it could not be gone on with
  return page;
}

std::optional<S3Refusal> ParseS3Error(std::string_view xml, int status) {
  pugi::xml_document document;
  const pugi::xml_node root = Root(document, xml, "Error");
  if (!root || *root.child_value("Code") == '\0') return std::nullopt;
  const auto text = [&](const char* name) {
    return ReplaceInvalidUtf8(std::string(root.child_value(name)).substr(0, kErrorTextMax));
  };
  return S3Refusal{text("Code"), text("Message"), status};
}

std::string ParseUploadId(std::string_view xml) {
  pugi::xml_document document;
  return Root(document, xml, "InitiateMultipartUploadResult").child_value("UploadId");
}

std::optional<std::string> ParseCompleted(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_node root = Root(document, xml, "CompleteMultipartUploadResult");
  if (!root) return std::nullopt;
  return root.child_value("ETag");
}

std::string CompletionOf(const std::vector<std::string>& etags) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  for (size_t i = 0; i < etags.size(); ++i) {
    pugi::xml_node part = root.append_child("Part");
    part.append_child("PartNumber").text().set(static_cast<unsigned>(i + 1));
    part.append_child("ETag").text().set(etags[i].c_str());
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
}

}  // namespace gait
