#include "testing/value_differences.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "engine/json/pointer.h"
#include "engine/task/task_token.h"

namespace gait {
namespace {

constexpr size_t kDifferencesMax = 20;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// Does `text` begin as the pattern: 9 is a digit, x a hexadecimal one, all else itself?
bool BeginsAs(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool fits = pattern[i] == '9' ? IsDigit(text[i]) : pattern[i] == 'x' ? IsHex(text[i]) : text[i] == pattern[i];
    if (!fits) return false;
  }
  return true;
}

size_t UuidAt(std::string_view text) {
  constexpr std::string_view kUuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return BeginsAs(text, kUuid) && (text.size() == kUuid.size() || !IsHex(text[kUuid.size()])) ? kUuid.size() : 0;
}

size_t MomentAt(std::string_view text) {
  constexpr std::string_view kMinutes = "9999-99-99T99:99";
  if (!BeginsAs(text, kMinutes)) return 0;
  size_t n = kMinutes.size();
  if (BeginsAs(text.substr(n), ":99")) n += 3;
  if (n < text.size() && text[n] == '.') {
    for (++n; n < text.size() && IsDigit(text[n]);) ++n;
  }
  if (n < text.size() && text[n] == 'Z') return n + 1;
  if (BeginsAs(text.substr(n), "+99:99") || BeginsAs(text.substr(n), "-99:99")) n += 6;
  return n;
}

bool IsTokenCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("+/=-_").find(c) != std::string_view::npos;
}

// The number of characters of what may be a task token: those of AWS are longer than ours.
size_t TokenAt(std::string_view text) {
  constexpr size_t kTokenMin = 64;
  size_t n = 0;
  while (n < text.size() && IsTokenCharacter(text[n])) ++n;
  return n >= kTokenMin ? n : 0;
}

// Is there one of our tokens in the text?
bool HasToken(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    size_t n = 0;
    while (i + n < text.size() && IsTokenCharacter(text[i + n])) ++n;
    if (ReadTaskToken(text.substr(i, n))) return true;
    i += n;
  }
  return false;
}

// The number of an event, in the cause of an error: "(entered at the event id #17)".
size_t EventIdAt(std::string_view text) {
  constexpr std::string_view kBefore = "event id #";
  if (!text.starts_with(kBefore)) return 0;
  size_t n = kBefore.size();
  while (n < text.size() && IsDigit(text[n])) ++n;
  return n;
}

// The text with a mark in the place of each thing that every execution has anew.
std::string Marked(std::string_view text, bool tokens) {
  std::string marked;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const char before = i == 0 ? ' ' : text[i - 1];
    size_t n = 0;
    const auto is = [&](bool looked_for, size_t found, std::string_view mark) {
      if (!looked_for || found == 0) return false;
      n = found;
      marked += '\x01';
      marked += mark;
      return true;
    };
    const bool known = is(!IsHex(before), UuidAt(rest), "uuid") || is(!IsDigit(before), MomentAt(rest), "moment") ||
                       is(true, EventIdAt(rest), "event") ||
                       is(tokens && !IsTokenCharacter(before), TokenAt(rest), "token");
    if (known) {
      i += n;
    } else {
      marked += text[i++];
    }
  }
  return marked;
}

class Comparison {
 public:
  Comparison(const SameAnyway& same) : same_(same) {
    for (const std::string& pointer : same.ignored) ignored_.push_back(SplitPointer(pointer));
  }

  void Compare(const Value& recorded, const Value& now) {
    if (differences_.size() == kDifferencesMax || IsIgnored()) return;
    if (recorded.is_object() && now.is_object()) return CompareMembers(recorded, now);
    if (recorded.is_array() && now.is_array()) return CompareItems(recorded, now);
    if (!IsSame(recorded, now)) Add(recorded, now);
  }

  std::vector<ValueDifference> Take() { return std::move(differences_); }

 private:
  void CompareMembers(const Value& recorded, const Value& now) {
    for (const Member& m : recorded.members()) {
      const Value* other = now.Find(m.name());
      At(m.name(), [&] { Compare(m.value, other == nullptr ? Value() : *other); });
    }
    for (const Member& m : now.members()) {
      if (recorded.Find(m.name()) == nullptr) At(m.name(), [&] { Compare(Value(), m.value); });
    }
  }

  void CompareItems(const Value& recorded, const Value& now) {
    for (size_t i = 0; i < std::max(recorded.size(), now.size()); ++i) {
      At(std::to_string(i), [&] {
        Compare(i < recorded.size() ? recorded.items()[i] : Value(), i < now.size() ? now.items()[i] : Value());
      });
    }
  }

  bool IsSame(const Value& recorded, const Value& now) const {
    if (recorded.is_undefined() || now.is_undefined()) return recorded.is_undefined() && now.is_undefined();
    if (recorded == now) return true;
    if (recorded.is_string() && now.is_string()) return SameText(recorded.as_string(), now.as_string());
    return recorded.is_int() && now.is_int() && AreMoments(recorded.as_int(), now.as_int());
  }

  bool AreMoments(int64_t recorded, int64_t now) const {
    if (!same_.from || !same_.to) return false;
    const auto within = [this](int64_t ms) {
      return ms >= same_.from->ms - Duration::Days(1).ms && ms <= same_.to->ms + Duration::Days(1).ms;
    };
    constexpr int64_t kMillisecondsFrom = 100'000'000'000;  // what is smaller is seconds
    if (std::max(recorded, now) < kMillisecondsFrom)
      return recorded >= 0 && within(recorded * 1000) && now >= 0 && within(now * 1000);
    return within(recorded) && within(now);
  }

  bool IsIgnored() const {
    return std::any_of(ignored_.begin(), ignored_.end(), [&](const std::vector<std::string>& tokens) {
      return tokens.size() == path_.size() &&
             std::equal(tokens.begin(), tokens.end(), path_.begin(),
                        [](const std::string& token, const std::string& key) { return token == "*" || token == key; });
    });
  }

  template <typename F>
  void At(std::string_view key, F compare) {
    path_.emplace_back(key);
    compare();
    path_.pop_back();
  }

  void Add(const Value& recorded, const Value& now) {
    std::string pointer;
    for (const std::string& key : path_) pointer += "/" + EscapePointerToken(key);
    differences_.push_back({std::move(pointer), recorded, now});
  }

  const SameAnyway& same_;
  std::vector<std::vector<std::string>> ignored_;
  std::vector<std::string> path_;
  std::vector<ValueDifference> differences_;
};

}  // namespace

std::vector<ValueDifference> DifferencesOf(const Value& recorded, const Value& now, const SameAnyway& same) {
  Comparison comparison(same);
  comparison.Compare(recorded, now);
  return comparison.Take();
}

bool SameText(std::string_view recorded, std::string_view now) {
  if (recorded == now) return true;
  const bool tokens = HasToken(now);
  return Marked(recorded, tokens) == Marked(now, tokens);
}

}  // namespace gait
