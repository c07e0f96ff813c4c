#include "testing/compare.h"

#include <algorithm>

#include "engine/json/pointer.h"
#include "engine/json/write.h"

namespace gait {
namespace {

constexpr size_t kValueShown = 200;  // bytes

class Comparison {
 public:
  explicit Comparison(Match match) : match_(match) {}

  void Visit(const Value& expected, const Value& actual, const Place& place) {
    if (full()) return;
    if (expected.is_object() && actual.is_object()) return Objects(expected, actual, place);
    if (expected.is_array() && actual.is_array()) return Arrays(expected, actual, place);
    if (!(expected == actual)) Add(place, expected, actual);
  }

  std::vector<Difference> Take() { return std::move(differences_); }

 private:
  bool full() const { return differences_.size() >= kDifferencesMax; }
  void Add(const Place& place, const Value& expected, const Value& actual) {
    if (!full()) differences_.push_back({place.pointer(), expected, actual});
  }

  void Objects(const Value& expected, const Value& actual, const Place& place) {
    for (const Member& m : expected.members()) {
      const Value* other = actual.Find(m.name());
      if (other == nullptr) {
        Add(place.Key(m.name()), m.value, Value());
      } else {
        Visit(m.value, *other, place.Key(m.name()));
      }
    }
    if (match_ == Match::kPartial) return;
    for (const Member& m : actual.members()) {
      if (expected.Find(m.name()) == nullptr) Add(place.Key(m.name()), Value(), m.value);
    }
  }

  void Arrays(const Value& expected, const Value& actual, const Place& place) {
    const size_t both = std::min(expected.size(), actual.size());
    for (size_t i = 0; i < both; ++i) Visit(expected.items()[i], actual.items()[i], place.Index(i));
    for (size_t i = both; i < expected.size(); ++i) Add(place.Index(i), expected.items()[i], Value());
    for (size_t i = both; i < actual.size(); ++i) Add(place.Index(i), Value(), actual.items()[i]);
  }

  const Match match_;
  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> Compare(const Value& expected, const Value& actual, Match match) {
  Comparison comparison(match);
  comparison.Visit(expected, actual, Place());
  return comparison.Take();
}

std::string ShortJson(const Value& value, size_t most) {
  std::string text = ToJson(value);
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  text.resize(end);
  return text + "...";
}

std::string Described(const Difference& d) {
  if (d.expected.is_undefined()) return "not expected: " + ShortJson(d.actual, kValueShown);
  const std::string expected = "expected " + ShortJson(d.expected, kValueShown);
  return d.actual.is_undefined() ? expected + ", and there is nothing"
                                 : expected + ", got " + ShortJson(d.actual, kValueShown);
}

}  // namespace gait
