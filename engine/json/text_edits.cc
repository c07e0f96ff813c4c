#include "engine/json/text_edits.h"

#include <algorithm>

#include "engine/json/write.h"

namespace gait {
namespace {

std::string_view TextOf(std::string_view text, TextRange range) {
  return text.substr(range.begin, range.end - range.begin);
}

using Entry = TextRanges::Entry;

// The members of the object, in the order of the text.
std::vector<const Entry*> MembersOf(const Entry& object, const TextRanges& ranges) {
  std::vector<const Entry*> members;
  const std::string prefix = object.pointer + "/";
  for (const Entry& entry : ranges.entries()) {
    if (entry.pointer.starts_with(prefix) && entry.pointer.find('/', prefix.size()) == std::string::npos) {
      members.push_back(&entry);
    }
  }
  return members;
}

// As the key is written now: quoted, or as a plain scalar of YAML that needs no quotes.
std::string KeyLike(std::string_view written, const std::string& name) {
  const bool quoted = written.starts_with('"') || written.starts_with('\'');
  const bool plain =
      name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$-") == std::string::npos;
  return quoted || !plain ? ToJson(Value::String(name)) : name;
}

std::vector<TextEdit> AddMember(const Fix& fix, std::string_view text, const Entry& object, const TextRanges& ranges) {
  const std::string member = ToJson(Value::String(fix.name)) + ": " + fix.json;
  const std::vector<const Entry*> members = MembersOf(object, ranges);
  if (members.empty()) return {{{object.value.begin + 1, object.value.begin + 1}, " " + member + " "}};
  // What stands before the first one stands before this one, too: its line and its indentation.
  const std::string_view before = TextOf(text, {object.value.begin + 1, members.front()->key.begin});
  const size_t end = members.back()->value.end;
  return {{{end, end}, "," + (before.empty() ? std::string(" ") : std::string(before)) + member}};
}

std::vector<TextEdit> RemoveMember(const Entry& member, const TextRanges& ranges) {
  const std::string object = member.pointer.substr(0, member.pointer.rfind('/'));
  const Entry* around = ranges.Find(object);
  if (around == nullptr) return {};
  const std::vector<const Entry*> members = MembersOf(*around, ranges);
  const auto at = std::find(members.begin(), members.end(), &member);
  if (at == members.end()) return {};
  if (at + 1 != members.end()) return {{{member.key.begin, (*(at + 1))->key.begin}, ""}};
  if (at != members.begin()) return {{{(*(at - 1))->value.end, member.value.end}, ""}};
  return {{{member.key.begin, member.value.end}, ""}};
}

}  // namespace

std::vector<TextEdit> EditsOf(const Fix& fix, std::string_view text, DocumentFormat format, const TextRanges& ranges) {
  const Entry* entry = ranges.Find(fix.pointer);
  if (entry == nullptr) return {};
  const bool yaml = format == DocumentFormat::kYaml;
  switch (fix.kind) {
    case Fix::Kind::kRenameKey:
      if (entry->key.end == 0) return {};
      return {{entry->key, yaml ? KeyLike(TextOf(text, entry->key), fix.name) : ToJson(Value::String(fix.name))}};
    case Fix::Kind::kSetValue:
      if (yaml && (!MembersOf(*entry, ranges).empty() || TextOf(text, entry->value).find('\n') != std::string::npos)) {
        return {};
      }
      return {{entry->value, fix.json}};
    case Fix::Kind::kAddMember:
      if (yaml) return {};
      return AddMember(fix, text, *entry, ranges);
    case Fix::Kind::kRemoveMember:
      if (yaml || entry->key.end == 0) return {};
      return RemoveMember(*entry, ranges);
  }
  return {};
}

std::string ApplyEdits(std::string_view text, std::vector<TextEdit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
  std::string out;
  size_t at = 0;
  for (const TextEdit& edit : edits) {
    if (edit.range.begin < at) continue;
    out.append(text.substr(at, edit.range.begin - at)).append(edit.text);
    at = edit.range.end;
  }
  return out.append(text.substr(at));
}

}  // namespace gait
