#include "engine/lang/jsonata/date_picture.h"

#include <algorithm>
#include <cmath>

#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

constexpr size_t kNone = std::u32string_view::npos;
constexpr size_t kWidthMax = 1'000;  // of one component: a short picture must not make a text of gigabytes

struct Component {
  char letter;
  bool numeric;
  std::u32string_view presentation;  // where the picture names none
};
constexpr Component kComponents[] = {
    {'Y', true, U"1"},      {'M', true, U"1"},      {'D', true, U"1"},  {'d', true, U"1"},  {'F', true, U"n"},
    {'W', true, U"1"},      {'w', true, U"1"},      {'X', true, U"1"},  {'x', true, U"1"},  {'H', true, U"1"},
    {'h', true, U"1"},      {'P', false, U"n"},     {'m', true, U"01"}, {'s', true, U"01"}, {'f', true, U"1"},
    {'Z', false, U"01:01"}, {'z', false, U"01:01"}, {'C', false, U"n"}, {'E', false, U"n"},
};

const Component& FindComponent(std::u32string_view marker) {
  const auto* found = std::find_if(std::begin(kComponents), std::end(kComponents), [&](const Component& component) {
    return !marker.empty() && marker[0] == static_cast<char32_t>(component.letter);
  });
  if (found == std::end(kComponents)) throw Error("D3132").With(Value::String(ToUtf8(marker.substr(0, 1))));
  return *found;
}

// `*`, and what is no number, sets no bound.
std::optional<size_t> ReadWidth(std::u32string_view text) {
  const double width = ReadInteger(text);
  if (!(width >= 0)) return std::nullopt;
  if (width > static_cast<double>(kWidthMax)) FailPictureTooLong(kWidthMax, "digits of a date's component");
  return static_cast<size_t>(width);
}

struct Width {
  std::optional<size_t> min, max;
};

Width ReadWidths(std::u32string_view text) {
  const size_t dash = text.find(U'-');
  Width width;
  width.min = ReadWidth(text.substr(0, dash));
  if (dash != kNone) width.max = ReadWidth(text.substr(dash + 1));
  return width;
}

DatePart::Names NamesFor(std::u32string_view presentation) {
  if (presentation.starts_with(U"n")) return DatePart::Names::kLower;
  if (presentation.starts_with(U"Nn")) return DatePart::Names::kTitle;
  return presentation.starts_with(U"N") ? DatePart::Names::kUpper : DatePart::Names::kNone;
}

void SetWidths(DatePart& part, const Width& width) {
  IntegerPicture& number = *part.number;
  if (width.min && number.kind == IntegerPicture::Kind::kDecimal) {
    number.mandatory_digits = std::max(number.mandatory_digits, *width.min);
  }
  if (part.component != 'Y') return;
  if (width.max) {
    part.year_digits = number.mandatory_digits = *width.max;
  } else if (number.mandatory_digits + number.optional_digits >= 2) {
    part.year_digits = number.mandatory_digits + number.optional_digits;
  }
}

// `marker`: what stands between the brackets, without white space: a letter, how it is presented, the widths.
DatePart AnalyseMarker(std::u32string_view marker) {
  const Component& component = FindComponent(marker);
  DatePart part;
  part.component = component.letter;

  const size_t comma = marker.rfind(U',');
  const Width width = comma == kNone ? Width() : ReadWidths(marker.substr(comma + 1));
  std::u32string_view presentation = marker.substr(1, comma == kNone ? kNone : comma - 1);
  std::u32string_view modifier;
  if (presentation.size() > 1 && std::u32string_view(U"atco").find(presentation.back()) != kNone) {
    modifier = presentation.substr(presentation.size() - 1);
    presentation.remove_suffix(1);
  }
  if (presentation.empty()) presentation = component.presentation;

  part.names = NamesFor(presentation);
  part.name_length_max = width.max;
  if (part.component == 'Z' || part.component == 'z') {
    part.number = AnalyseIntegerPicture(presentation);
    part.zero_offset_is_z = modifier == U"t";
  } else if (part.names == DatePart::Names::kNone && component.numeric) {
    std::u32string picture(presentation);
    if (!modifier.empty()) (picture += U';') += modifier;
    part.number = AnalyseIntegerPicture(picture);
    SetWidths(part, width);
  }
  return part;
}

class DatePictureReader {
 public:
  explicit DatePictureReader(std::u32string_view picture) : picture_(picture) {}

  std::vector<DatePart> Read() {
    while (at_ < picture_.size()) {
      const size_t bracket = std::min(picture_.find(U'[', at_), picture_.size());
      AddText(picture_.substr(at_, bracket - at_));
      at_ = bracket;
      if (at_ == picture_.size()) break;
      if (at_ + 1 < picture_.size() && picture_[at_ + 1] == U'[') {
        AddText(U"[");
        at_ += 2;
      } else {
        AddMarker();
      }
    }
    return std::move(parts_);
  }

 private:
  void AddText(std::u32string_view text) {
    if (text.empty()) return;
    DatePart& part = parts_.emplace_back();
    for (size_t i = 0; i < text.size(); ++i) {
      part.text += text[i];
      if (text.substr(i, 2) == U"]]") ++i;  // a doubled bracket is one
    }
  }

  void AddMarker() {
    const size_t end = picture_.find(U']', at_);
    if (end == kNone) throw Error("D3135");
    std::u32string marker;
    for (const char32_t c : picture_.substr(at_ + 1, end - at_ - 1)) {
      if (!IsSpace(c)) marker += c;
    }
    DatePart part = AnalyseMarker(marker);
    const bool is_number = part.number && part.component != 'Z' && part.component != 'z';
    if (is_number && !parts_.empty() && parts_.back().number) {
      parts_.back().parse_digits = parts_.back().number->mandatory_digits;
    }
    parts_.push_back(std::move(part));
    at_ = end + 1;
  }

  std::u32string_view picture_;
  size_t at_ = 0;
  std::vector<DatePart> parts_;
};

}  // namespace

std::vector<DatePart> AnalyseDatePicture(std::u32string_view picture) { return DatePictureReader(picture).Read(); }

const std::vector<DateName>& NamesOf(char component) {
  static const std::vector<DateName> kMonths = {{"January", 1},   {"February", 2}, {"March", 3},     {"April", 4},
                                                {"May", 5},       {"June", 6},     {"July", 7},      {"August", 8},
                                                {"September", 9}, {"October", 10}, {"November", 11}, {"December", 12}};
  static const std::vector<DateName> kDays = {{"Monday", 1}, {"Tuesday", 2},  {"Wednesday", 3}, {"Thursday", 4},
                                              {"Friday", 5}, {"Saturday", 6}, {"Sunday", 7}};
  static const std::vector<DateName> kNames;
  return component == 'M' || component == 'x' ? kMonths : component == 'F' ? kDays : kNames;
}

}  // namespace gait::jsonata
