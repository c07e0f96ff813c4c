#include "states/item_reader.h"

#include <algorithm>

#include "engine/base/error_names.h"
#include "engine/json/parse.h"
#include "engine/json/pointer.h"
#include "states/data_flow.h"

namespace gait {
namespace {

struct Delimiter {
  std::string_view name;
  char character;
};
constexpr Delimiter kDelimiters[] = {{"COMMA", ','}, {"PIPE", '|'}, {"SEMICOLON", ';'}, {"SPACE", ' '}, {"TAB", '\t'}};

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }

std::string_view TextOf(const Value& object, std::string_view member) {
  const Value* value = object.Find(member);
  return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

// RFC 4180. A row ends at a line break outside quotes; empty rows are none.
std::vector<std::vector<std::string>> CsvRows(std::string_view data, char delimiter) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false;
  const auto end_row = [&] {
    const bool empty = row.empty() && field.empty();
    row.push_back(std::move(field));
    field.clear();
    if (!empty) rows.push_back(std::move(row));
    row.clear();
  };
  for (size_t i = 0; i < data.size(); ++i) {
    const char c = data[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < data.size() && data[i + 1] == '"') {
        field += data[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && field.empty()) {
      quoted = true;
    } else if (c == delimiter) {
      row.push_back(std::move(field));
      field.clear();
    } else if (c == '\n') {
      if (field.ends_with('\r')) field.pop_back();
      end_row();
    } else {
      field += c;
    }
  }
  if (!field.empty() || !row.empty()) end_row();
  return rows;
}

}  // namespace

std::optional<ItemReader> ItemReader::Of(const StateReader& map) {
  const Value* object = map.Get("ItemReader");
  if (object == nullptr) return std::nullopt;
  ItemReader reader;
  const Value* config = object->Find("ReaderConfig");
  if (config == nullptr || !config->is_object()) return reader;
  const std::string_view type = TextOf(*config, "InputType");
  if (type == "CSV") reader.type_ = InputType::kCsv;
  if (type == "JSONL") reader.type_ = InputType::kJsonLines;
  reader.pointer_ = TextOf(*config, "ItemsPointer");
  for (const Delimiter& d : kDelimiters) {
    if (d.name == TextOf(*config, "CSVDelimiter")) reader.delimiter_ = d.character;
  }
  const Value* headers = config->Find("CSVHeaders");
  if (headers != nullptr && headers->is_array()) {
    reader.headers_.emplace();
    for (const Value& header : headers->items()) {
      if (header.is_string()) reader.headers_->emplace_back(header.as_string());
    }
  }
  const Value* most = config->Find("MaxItems");
  if (most != nullptr && most->is_int()) reader.max_items_.literal = static_cast<double>(most->as_int());
  if (const std::string_view path = TextOf(*config, "MaxItemsPath"); !path.empty()) {
    auto compiled = Path::Compile(path);
    if (auto* p = std::get_if<Path>(&compiled)) reader.max_items_.path = std::move(*p);
  }
  return reader;
}

Result<Value> ItemReader::Items(const StepScope& scope, const Value& input, std::string_view data) const {
  Result<Value> items = ItemsOf(data);
  if (!items || !max_items_.present()) return items;
  const Result<double> most = EvaluateNumber(scope, max_items_, "MaxItemsPath", input, /*integer=*/true);
  if (!most) return most.error();
  if (*most <= 0 || static_cast<double>(items->size()) <= *most) return items;
  ArrayBuilder first(static_cast<size_t>(*most));
  for (size_t i = 0; i < static_cast<size_t>(*most); ++i) first.Add(items->items()[i]);
  return first.Build();
}

Result<Value> ItemReader::ItemsOf(std::string_view data) const {
  if (type_ == InputType::kCsv) return CsvItems(data);
  if (type_ == InputType::kJson) return JsonItems(data);
  ArrayBuilder items;
  while (!data.empty()) {
    const std::string_view line = data.substr(0, data.find('\n'));
    data.remove_prefix(std::min(data.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    JsonParse parse = ParseJson(line);
    if (!parse) return Failed("The ItemReader found a line that is not JSON: " + parse.error.message);
    items.Add(*std::move(parse.value));
  }
  return items.Build();
}

Result<Value> ItemReader::JsonItems(std::string_view data) const {
  JsonParse parse = ParseJson(data);
  if (!parse) return Failed("The ItemReader found no JSON: " + parse.error.message);
  const Value* items = &*parse.value;
  if (!pointer_.empty()) items = ResolvePointer(*parse.value, pointer_);
  if (items == nullptr) return Failed("The ItemsPointer '" + pointer_ + "' names nothing in what the ItemReader found");
  if (items->is_array()) return *items;
  if (!items->is_object()) return Failed("The ItemReader found neither an array nor an object");
  // The items of an object are its members.
  ArrayBuilder members(items->size());
  for (const Member& m : items->members()) {
    members.Add(Value::Object({{"Key", m.key}, {"Value", m.value}}));
  }
  return members.Build();
}

Value ItemReader::CsvItems(std::string_view data) const {
  std::vector<std::vector<std::string>> rows = CsvRows(data, delimiter_);
  std::vector<std::string> headers;
  size_t from = 0;
  if (headers_) {
    headers = *headers_;
  } else if (!rows.empty()) {
    headers = std::move(rows[0]);
    from = 1;
  }
  ArrayBuilder items(rows.size() - from);
  for (size_t i = from; i < rows.size(); ++i) {
    ObjectBuilder item(headers.size());
    for (size_t column = 0; column < headers.size(); ++column) {
      item.Add(headers[column], Value::String(column < rows[i].size() ? rows[i][column] : ""));
    }
    items.Add(item.Build());
  }
  return items.Build();
}

}  // namespace gait
