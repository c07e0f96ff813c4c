#include "testing/history_file.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "engine/history/event_table.h"
#include "engine/json/parse.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

// Thrown within this file alone, to end the reading.
struct Wrong {
  Place place;
  std::string message, hint;
};

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

const Value* Member(const Value& object, std::string_view name, Value::Type type, const Place& place) {
  const Value* member = object.Find(name);
  if (member == nullptr || member->is_null()) return nullptr;
  if (member->type() == type) return member;
  throw Wrong{place.Key(name), Quoted(name) + " has the wrong type", ""};
}

int64_t IntegerOf(const Value& event, std::string_view name, const Place& place) {
  const Value* number = Member(event, name, Value::Type::kNumber, place);
  if (number == nullptr) throw Wrong{place, "The event has no " + Quoted(name), ""};
  if (!number->is_int() || number->as_int() < 0)
    throw Wrong{place.Key(name), Quoted(name) + " is no event's number", ""};
  return number->as_int();
}

Timestamp TimestampOf(const Value& event, const Place& place) {
  const Value* at = event.Find("timestamp");
  if (at == nullptr) throw Wrong{place, "The event has no 'timestamp'", ""};
  constexpr double kMillisecondsFrom = 1e11;  // as seconds: the year 5138; what is larger is milliseconds
  constexpr double kMax = 1e15;
  if (at->is_number()) {
    const double n = at->as_double();
    if (n >= 0 && n < kMax) return {std::llround(n < kMillisecondsFrom ? n * 1000 : n)};
  }
  if (at->is_string()) {
    if (const auto parsed = ParseTimestamp(at->as_string())) return *parsed;
  }
  throw Wrong{place.Key("timestamp"), "'timestamp' is no moment",
              "seconds since 1970, or a text as in 2024-05-01T10:00:00.000Z"};
}

Value JsonOf(const Value& text, const Place& place) {
  JsonParse parsed = ParseJson(text.as_string());
  if (!parsed) throw Wrong{place, "The text is not JSON: " + parsed.error.message, ""};
  return *std::move(parsed.value);
}

// The texts of one file that hold JSON one behind the other: where each ends is where its brackets are closed.
std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t from = 0, depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && depth > 0 && --depth == 0) {
      parts.push_back(text.substr(from, i + 1 - from));
      from = i + 1;
    }
  }
  if (parts.empty() || text.find_first_not_of(" \t\r\n", from) != std::string_view::npos) {
    parts.push_back(text.substr(from));
  }
  return parts;
}

class Reader {
 public:
  // The events of what stands at `place`: a page, pages, or events.
  void Read(const Value& value, const Place& place) {
    if (value.is_array()) {
      for (size_t i = 0; i < value.size(); ++i) {
        const Value& item = value.items()[i];
        if (item.is_object() && item.Find("events") != nullptr) {
          ReadPage(item, place.Index(i));
        } else {
          Add(item, place.Index(i));
        }
      }
    } else {
      ReadPage(value, place);
    }
  }

  RecordedHistory Build(const Place& place) && {
    if (by_id_.empty()) throw Wrong{place, "The history has no events", ""};
    int64_t next = 1;
    for (auto& [id, event] : by_id_) {
      if (id != next) {
        throw Wrong{place, "The events " + std::to_string(next) + " to " + std::to_string(id - 1) + " are not there",
                    "the file must have all pages of the history, from its start"};
      }
      if (event.previous_event_id >= id) {
        throw Wrong{place, "The event " + std::to_string(id) + " follows a later one", ""};
      }
      if (event.type == EventType::kExecutionRedriven && history_.redriven_at_event == 0) {
        history_.redriven_at_event = id;
      }
      history_.events.push_back(std::move(event));
      ++next;
    }
    if (history_.events.front().type != EventType::kExecutionStarted) {
      throw Wrong{place, "The first event is not ExecutionStarted", ""};
    }
    history_.ended = EndsExecution(history_.events.back().type);
    // A page that ends with the history's end may have a token for an empty one.
    history_.pages_missing = token_last_ && !history_.ended;
    return std::move(history_);
  }

 private:
  void ReadPage(const Value& page, const Place& place) {
    const Value* events = page.is_object() ? page.Find("events") : nullptr;
    if (events == nullptr || !events->is_array()) {
      throw Wrong{place, "This is no history: it has no 'events'",
                  "give it what aws stepfunctions get-execution-history, or gait history --format json, printed"};
    }
    for (size_t i = 0; i < events->size(); ++i) Add(events->items()[i], place.Key("events").Index(i));
    const Value* token = page.Find("nextToken");
    if (token == nullptr) token = page.Find("NextToken");  // the AWS CLI's own, with --max-items
    token_last_ = token != nullptr && !token->is_null();
  }

  void Add(const Value& json, const Place& place) {
    if (!json.is_object()) throw Wrong{place, "An event must be an object", ""};
    const Value* type = Member(json, "type", Value::Type::kString, place);
    if (type == nullptr) throw Wrong{place, "The event has no 'type'", ""};
    const auto known = EventTypeOf(type->as_string());
    if (!known) throw Wrong{place.Key("type"), "There is no event of the type " + Quoted(type->as_string()), ""};
    HistoryEvent event(*known);
    event.id = IntegerOf(json, "id", place);
    event.previous_event_id = json.Find("previousEventId") == nullptr ? 0 : IntegerOf(json, "previousEventId", place);
    event.timestamp = TimestampOf(json, place);
    const EventRow& row = RowOf(event.type);
    if (!row.details.empty()) {
      const Value* details = Member(json, row.details, Value::Type::kObject, place);
      ReadDetails(details == nullptr ? Value::Object() : *details, place.Key(row.details), row, event);
    }
    if (const auto present = by_id_.find(event.id); present != by_id_.end()) {
      if (present->second.type != event.type) {
        throw Wrong{place.Key("id"), "There are two events with the id " + std::to_string(event.id),
                    "the file must be of one execution"};
      }
      return;
    }
    by_id_.emplace(event.id, std::move(event));
  }

  void ReadDetails(const Value& details, const Place& place, const EventRow& row, HistoryEvent& event) {
    if (row.has_name) {
      const Value* name = Member(details, "name", Value::Type::kString, place);
      if (name == nullptr) throw Wrong{place, "The event has no name of a state", ""};
      event.name = *name;
    }
    if (row.number == NumberMeaning::kIndex) event.number = IntegerOf(details, "index", place);
    if (row.number == NumberMeaning::kLength) event.number = IntegerOf(details, "length", place);
    if (!row.payload.empty()) ReadPayload(details, place, row, event);
    for (EventField field : row.fields) {
      const Value* value = details.Find(FieldName(field));
      if (value == nullptr || value->is_null()) continue;
      if (field == EventField::kAssignedVariables) {
        ReadVariables(details, place, event);
      } else if ((field == EventField::kError || field == EventField::kCause) && !value->is_string()) {
        throw Wrong{place.Key(FieldName(field)), Quoted(FieldName(field)) + " must be a string", ""};
      } else {
        event.Set(field, *value);
      }
    }
  }

  // Was the member's text cut short? Its details say so.
  bool IsTruncated(const Value& details, std::string_view member) {
    const Value* more = details.Find(std::string(member) + "Details");
    const Value* truncated = more != nullptr && more->is_object() ? more->Find("truncated") : nullptr;
    return truncated != nullptr && truncated->is_bool() && truncated->as_bool();
  }

  void ReadPayload(const Value& details, const Place& place, const EventRow& row, HistoryEvent& event) {
    const Value* text = Member(details, row.payload, Value::Type::kString, place);
    if (IsTruncated(details, row.payload)) {
      history_.truncated.insert(event.id);
    } else if (text != nullptr) {
      event.payload = Payload::FromUser(JsonOf(*text, place.Key(row.payload)), text->as_string());
    } else if (row.number == NumberMeaning::kState) {
      history_.without_data = true;  // a state always has an input
    }
  }

  void ReadVariables(const Value& details, const Place& place, HistoryEvent& event) {
    constexpr std::string_view kName = "assignedVariables";
    if (IsTruncated(details, kName)) {
      history_.truncated.insert(event.id);
      return;
    }
    ObjectBuilder variables;
    for (const gait::Member& m : Member(details, kName, Value::Type::kObject, place)->members()) {
      const Place at = place.Key(kName).Key(m.name());
      if (!m.value.is_string()) throw Wrong{at, "A variable's value must be a text that is JSON", ""};
      variables.Add(m.key, JsonOf(m.value, at));
    }
    event.Set(EventField::kAssignedVariables, variables.Build());
  }

  RecordedHistory history_;
  std::map<int64_t, HistoryEvent> by_id_;
  bool token_last_ = false;
};

Diagnostic Error(std::string rule, std::string message, std::string hint) {
  Diagnostic d;
  d.rule = std::move(rule);
  d.message = std::move(message);
  d.hint = std::move(hint);
  return d;
}

}  // namespace

bool RecordedHistory::Unknown(const HistoryEvent& event) const { return without_data || truncated.contains(event.id); }

HistoryFileParse ReadHistoryFile(std::string_view text, DocumentFormat format) {
  HistoryFileParse result;
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  Reader reader;
  const auto parts = format == DocumentFormat::kJson ? Split(text) : std::vector{text};
  std::string_view reading;
  try {
    for (const std::string_view part : parts) {
      reading = part;
      const DocumentParse parse = ParseDocument(part, format);
      if (!parse) {
        Diagnostic d = Error("invalid-json", parse.message, "");
        d.position = parse.position;
        const SourcePosition before = PositionOf(text, static_cast<size_t>(part.data() - text.data()));
        if (d.position.line == 1) d.position.column += before.column - 1;
        d.position.line += before.line - 1;
        result.diagnostics.push_back(std::move(d));
        return result;
      }
      reader.Read(*parse.value, Place());
    }
    result.history = std::move(reader).Build(Place());
  } catch (const Wrong& wrong) {
    Diagnostic d = Error("invalid-history", wrong.message, wrong.hint);
    d.pointer = wrong.place.pointer();
    const SourcePosition before = PositionOf(text, static_cast<size_t>(reading.data() - text.data()));
    d.position = Positions::Of(reading, format).ValueAt(d.pointer);
    if (d.position.line == 1) d.position.column += before.column - 1;
    d.position.line += before.line - 1;
    result.diagnostics.push_back(std::move(d));
  }
  return result;
}

}  // namespace gait
