#include "integrations/step_functions_service.h"

#include <algorithm>
#include <vector>

#include "engine/json/write.h"

namespace gait {
namespace {

template <typename Change>
Value Renamed(const Value& value, Change change) {
  if (value.is_array()) {
    ArrayBuilder items(value.size());
    for (const Value& item : value.items()) items.Add(Renamed(item, change));
    return items.Build();
  }
  if (!value.is_object()) return value;
  std::vector<std::pair<std::string, Value>> members;
  for (const Member& m : value.members()) {
    std::string name(m.name());
    if (!name.empty()) name[0] = change(name[0]);
    members.emplace_back(std::move(name), Renamed(m.value, change));
  }
  // Recorded: in the order of the alphabet.
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  ObjectBuilder object(members.size());
  for (auto& [name, member] : members) object.Add(Value::String(name), std::move(member));
  return object.Build();
}

}  // namespace

Value ToApiNames(const Value& parameters) {
  return Renamed(parameters, [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

Value ToTaskNames(const Value& answer) {
  return Renamed(answer, [](char c) { return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
}

Value WithJsonTexts(const Value& parameters) {
  Value request = parameters;
  for (const std::string_view name : {"Input", "Output", "Definition"}) {
    const Value* member = parameters.Find(name);
    if (member == nullptr || member->is_string() || member->is_null()) continue;
    request = std::move(request).With(name, Value::String(ToJson(*member)));
  }
  return request;
}

}  // namespace gait
