#include "states/map_fields.h"

#include <algorithm>

#include "engine/json/document.h"

namespace gait {
namespace {

constexpr size_t kLabelCharactersMax = 40;

bool IsBarredFromLabels(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= ' ' || byte == 0x7f || std::string_view("?*<>{}[]:;,\\|^~$#%&`\"").find(c) != std::string_view::npos;
}

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

void CheckItems(const StateReader& map) {
  const Value* items = map.Get("Items");
  if (items == nullptr || items->is_array() || items->is_object() || IsPlaceholder(*items)) return;
  const Place place = map.place().Key("Items");
  if (!items->is_string()) {
    map.report().Add("bad-type", place, "Expected value of type [ARRAY]");
    return;
  }
  if (LooksLikeJsonata(items->as_string())) return;
  map.report().Add("jsonata-not-an-expression", place, "JSONata string must start with {% and end with %}",
                   "give an array, an object, or an expression: {% $states.input.items %}");
}

std::string ReadLabel(const StateReader& map) {
  const auto label = map.Text("Label");
  if (!label) return "";
  const Place place = map.place().Key("Label");
  if (label->empty()) {
    map.report().Add("bad-label", place, "Label cannot be empty", "name it, or leave the field out");
  } else if (CountCharacters(*label) > kLabelCharactersMax) {
    map.report().Add("bad-label", place,
                     "Label '" + *label + "' exceeds the 40-character limit allowed by the service");
  } else if (std::any_of(label->begin(), label->end(), IsBarredFromLabels)) {
    map.report().Add("bad-label", place, "Label '" + *label + "' contains invalid characters",
                     "leave out blanks and any of ? * < > { } [ ] : ; , \\ | ^ ~ $ # % & ` \"");
  } else if (!map.context().labels.insert(*label).second) {
    map.report().Add("duplicate-label", place, "Duplicate Label name: " + *label);
  }
  return *label;
}

void RefuseDistributedFields(const StateReader& map) {
  constexpr std::pair<const char*, std::string_view> kDistributedFields[] = {
      {"ItemReader", "bad-item-reader"}, {"ItemBatcher", "bad-item-batcher"}, {"ResultWriter", "bad-result-writer"}};
  for (const auto& [field, rule] : kDistributedFields) {
    if (!map.Has(field)) continue;
    map.report().Add(rule, map.place().Key(field), "The field " + std::string(field) + " is for Distributed Maps alone",
                     R"(give the ProcessorConfig the Mode "DISTRIBUTED")");
  }
}

}  // namespace gait
