#include "integrations/service_shapes.h"

#include <algorithm>
#include <cctype>

#include "engine/base/utf.h"

namespace gait {
namespace {

using Finding = std::optional<std::string>;

// Which type of JSON a shape is, and how AWS says so.
enum class Kind : uint8_t { kAny, kText, kNumber, kBoolean, kList, kMap, kStructure };
struct TypeRow {
  std::string_view type;  // the model's
  Kind kind;
  std::string_view what;
};
constexpr TypeRow kTypes[] = {
    {"structure", Kind::kStructure, "an object"},
    {"map", Kind::kMap, "an object"},
    {"list", Kind::kList, "an array"},
    {"string", Kind::kText, "a string"},
    {"character", Kind::kText, "a string"},
    {"blob", Kind::kText, "a string"},
    {"timestamp", Kind::kText, "a string"},
    {"integer", Kind::kNumber, "a number"},
    {"long", Kind::kNumber, "a number"},
    {"short", Kind::kNumber, "a number"},
    {"float", Kind::kNumber, "a number"},
    {"double", Kind::kNumber, "a number"},
    {"bigdecimal", Kind::kNumber, "a number"},
    {"boolean", Kind::kBoolean, "a boolean"},
};

bool Is(Kind kind, const Value& value) {
  switch (kind) {
    case Kind::kAny: return true;
    case Kind::kText: return value.is_string();
    case Kind::kNumber: return value.is_number();
    case Kind::kBoolean: return value.is_bool();
    case Kind::kList: return value.is_array();
    case Kind::kMap:
    case Kind::kStructure: return value.is_object();
  }
  return true;
}

// What goes behind the name of the field for a bound that is not kept.
struct BoundRow {
  bool of_size;
  std::string_view below, above;
};
constexpr BoundRow kSizeBounds = {true, "is smaller than the minimum length", "exceeds the maximum length"};
constexpr BoundRow kNumberBounds = {false, "is less than the minimum value", "exceeds the maximum value"};

bool Flag(const Value& object, std::string_view name) {
  const Value* flag = object.Find(name);
  return flag != nullptr && flag->is_bool() && flag->as_bool();
}

// The model's name of a member in the spellings of a Task: `startDate` is StartDate; of `MD5OfBody` there are two, for
// the SDK for Java spells it Md5OfBody.
struct Spellings {
  std::string first, second;

  explicit Spellings(std::string_view name) : first(name) {
    if (!first.empty()) first[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(first[0])));
    second = first;
    for (size_t i = 1; i + 1 < second.size() && std::isupper(static_cast<unsigned char>(first[i])) &&
                       !std::islower(static_cast<unsigned char>(first[i + 1]));
         ++i) {
      second[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(second[i])));
    }
  }
  bool Has(std::string_view name) const { return name == first || name == second; }
};

class Checker {
 public:
  Checker(const ServiceModel& model, bool required, std::string_view any_member)
      : model_(model), required_(required), any_member_(any_member) {}

  Finding Check(const Value& value, const Value& shape, std::string_view field) const {
    const TypeRow* row = RowOf(shape);
    if (row == nullptr || Flag(shape, "document")) return std::nullopt;
    if (!Is(row->kind, value)) return Wrong(field, "must be " + std::string(row->what));
    switch (row->kind) {
      case Kind::kStructure: return CheckStructure(value, shape);
      case Kind::kList: return CheckList(value, shape, field);
      case Kind::kMap: return CheckMap(value, shape, field);
      case Kind::kText:
        if (auto finding = CheckEnum(value, shape, field)) return finding;
        return CheckBounds(static_cast<double>(CountCodePoints(value.as_string())), kSizeBounds, shape, field);
      case Kind::kNumber: return CheckBounds(value.as_double(), kNumberBounds, shape, field);
      default: return std::nullopt;
    }
  }

 private:
  static const TypeRow* RowOf(const Value& shape) {
    const Value* type = shape.Find("type");
    if (type == nullptr || !type->is_string()) return nullptr;
    const auto row = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const TypeRow& r) { return r.type == type->as_string(); });
    return row == std::end(kTypes) ? nullptr : row;
  }

  static std::string Wrong(std::string_view field, const std::string& what) {
    return field.empty() ? "The result " + what : "Field '" + std::string(field) + "' " + what;
  }

  static Finding CheckEnum(const Value& value, const Value& shape, std::string_view field) {
    const Value* allowed = shape.Find("enum");
    if (allowed == nullptr) return std::nullopt;
    const auto values = allowed->items();
    if (std::find(values.begin(), values.end(), value) != values.end()) return std::nullopt;
    return Wrong(field, "is not an expected value");
  }

  static Finding CheckBounds(double size, const BoundRow& words, const Value& shape, std::string_view field) {
    const Value* least = shape.Find("min");
    if (least != nullptr && least->is_number() && size < least->as_double()) {
      return Wrong(field, std::string(words.below));
    }
    const Value* most = shape.Find("max");
    if (most != nullptr && most->is_number() && size > most->as_double()) return Wrong(field, std::string(words.above));
    return std::nullopt;
  }

  Finding CheckStructure(const Value& value, const Value& shape) const {
    const Value* members = shape.Find("members");
    if (members == nullptr) return std::nullopt;
    if (const Value* names = shape.Find("required"); names != nullptr && required_) {
      for (const Value& name : names->items()) {
        const Spellings spellings(name.as_string());
        if (value.Find(spellings.first) == nullptr && value.Find(spellings.second) == nullptr) {
          return "Required field '" + spellings.first + "' is missing";
        }
      }
    }
    for (const Member& m : value.members()) {
      if (!any_member_.empty() && m.name() == any_member_) continue;
      for (const Member& member : members->members()) {
        if (!Spellings(member.name()).Has(m.name())) continue;
        const Value* of = model_.ShapeOf(member.value);
        if (of == nullptr || Flag(member.value, "jsonvalue")) continue;
        if (auto finding = Check(m.value, *of, m.name())) return finding;
      }
    }
    return std::nullopt;
  }

  Finding CheckList(const Value& value, const Value& shape, std::string_view field) const {
    if (auto finding = CheckBounds(static_cast<double>(value.size()), kSizeBounds, shape, field)) return finding;
    return CheckAll(shape.Find("member"), field, value.items(), [](const Value& item) { return &item; });
  }

  Finding CheckMap(const Value& value, const Value& shape, std::string_view field) const {
    if (auto finding = CheckBounds(static_cast<double>(value.size()), kSizeBounds, shape, field)) return finding;
    return CheckAll(shape.Find("value"), field, value.members(), [](const Member& m) { return &m.value; });
  }

  template <typename Elements, typename ValueOf>
  Finding CheckAll(const Value* reference, std::string_view field, const Elements& elements, ValueOf value_of) const {
    const Value* of = reference == nullptr ? nullptr : model_.ShapeOf(*reference);
    if (of == nullptr) return std::nullopt;
    for (const auto& element : elements) {
      if (auto finding = Check(*value_of(element), *of, field)) return finding;
    }
    return std::nullopt;
  }

  const ServiceModel& model_;
  const bool required_;
  const std::string_view any_member_;
};

}  // namespace

std::optional<std::string> CheckOutput(const ServiceModel& model, std::string_view operation, const Value& output,
                                       bool required, std::string_view any_member) {
  const Value* shape = model.OutputOf(operation);
  if (shape == nullptr) return std::nullopt;
  return Checker(model, required, any_member).Check(output, *shape, "");
}

}  // namespace gait
