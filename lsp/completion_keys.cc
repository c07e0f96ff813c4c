#include <algorithm>
#include <iterator>

#include "engine/json/pointer.h"
#include "engine/json/write.h"
#include "lsp/completion.h"
#include "lsp/field_help.h"

namespace gait::lsp {
namespace {

// What stands behind the key of a field of this type, with a tab stop in it.
struct Frame {
  std::string_view json, yaml;
};
Frame FrameOf(const FieldRow& row) {
  switch (row.type) {
    case FieldType::kObject: return {"{$1}", "\n  $1"};
    case FieldType::kTemplate: return row.name == "Output" ? Frame{"$1", " $1"} : Frame{"{$1}", "\n  $1"};
    case FieldType::kArray: return {"[$1]", "\n  - $1"};
    case FieldType::kAny: return row.name == "Condition" ? Frame{"\"{% $1 %}\"", " \"{% $1 %}\""} : Frame{"$1", " $1"};
    case FieldType::kBoolean: return {"true", " true"};
    case FieldType::kInteger:
    case FieldType::kNumber: return {"$1", " $1"};
    default: return {"\"$1\"", " $1"};
  }
}

// A whole state, by its type: what a person then changes.
struct Skeleton {
  std::string_view type, jsonpath, jsonata;
};
constexpr std::string_view kTask = R"("Resource": "${2:arn:aws:states:::lambda:invoke}",)";
constexpr Skeleton kSkeletons[] = {
    {"Pass", R"("Result": ${2:{\}},)", R"("Output": ${2:{\}},)"},
    {"Task", kTask, kTask},
    {"Wait", R"("Seconds": ${2:60},)", R"("Seconds": ${2:60},)"},
    {"Choice", R"("Choices": [{"Variable": "$.${2}", "BooleanEquals": true, "Next": "${3}"}], "Default": "${4}")",
     R"("Choices": [{"Condition": "{% ${2} %\}", "Next": "${3}"}], "Default": "${4}")"},
    {"Parallel", R"("Branches": [{"StartAt": "${2}", "States": {${3}\}}],)",
     R"("Branches": [{"StartAt": "${2}", "States": {${3}\}}],)"},
    {"Map", R"("ItemsPath": "$.${2:items}", "ItemProcessor": {"StartAt": "${3}", "States": {${4}\}},)",
     R"("Items": "{% \$states.input.${2:items} %\}", "ItemProcessor": {"StartAt": "${3}", "States": {${4}\}},)"},
    {"Succeed", "", ""},
    {"Fail", R"("Error": "${2}", "Cause": "${3}")", R"("Error": "${2}", "Cause": "${3}")"},
};

// JSON is YAML, too: a skeleton is written in one line of either.
void AddSkeletons(const CompletionRequest& request, std::vector<Completion>& out) {
  const std::string open = request.cursor.quoted || !request.yaml() ? "\"${1:Name}\": " : "${1:Name}: ";
  const bool jsonata = request.spot.language == QueryLanguage::kJsonata;
  for (const Skeleton& skeleton : kSkeletons) {
    Completion c;
    c.kind = Completion::Kind::kSkeleton;
    c.label = std::string(skeleton.type) + " state";
    c.detail = "a new state";
    const std::string_view fields = jsonata ? skeleton.jsonata : skeleton.jsonpath;
    std::string body = "{\"Type\": \"" + std::string(skeleton.type) + "\"";
    if (!fields.empty()) body.append(", ").append(fields);
    if (fields.ends_with(',')) body += " \"End\": true";
    c.insert = open + body + "}";
    c.filter = (request.cursor.quoted ? "\"" : "") + c.label;
    c.range = request.cursor.token;
    c.is_snippet = true;
    out.push_back(std::move(c));
  }
}

// What follows the token: white space skipped.
char NextCharacter(const CompletionRequest& request) {
  const std::string& text = request.document.text();
  const size_t next = text.find_first_not_of(" \t\r\n", request.cursor.token.end);
  return next == std::string::npos ? '\0' : text[next];
}

std::string EscapedForSnippet(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '$' || c == '}' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

Completion KeyCompletion(const CompletionRequest& request, std::string_view name, Frame frame) {
  Completion c;
  c.label = name;
  const bool quote = !request.yaml() || request.cursor.quoted;
  const std::string key = quote ? ToJson(Value::String(name)) : std::string(name);
  c.filter = key;
  c.range = request.cursor.token;
  const char next = NextCharacter(request);
  if (next == ':') {
    c.insert = key;
    return c;
  }
  c.is_snippet = request.options.snippets;
  const std::string escaped = c.is_snippet ? EscapedForSnippet(key) : key;
  if (request.yaml()) {
    c.insert = escaped + ":" + (c.is_snippet ? std::string(frame.yaml) : frame.yaml.starts_with('\n') ? "" : " ");
    return c;
  }
  c.insert = escaped + ": ";
  if (c.is_snippet) {
    c.insert += frame.json;
    if (next == '"') c.insert += ",";
  }
  return c;
}

bool IsWritten(const CompletionRequest& request, const Value* object, std::string_view name) {
  if (object == nullptr || !object->is_object() || object->Find(name) == nullptr) return false;
  // The key that is being written may be the whole name already.
  const TextRanges::Entry* entry =
      request.document.Find(request.cursor.container + "/" + EscapePointerToken(std::string(name)));
  return entry == nullptr || entry->key.begin != request.cursor.token.begin;
}

// Names that something leads to, and that no state has yet.
void AddMissingStates(const CompletionRequest& request, const Value* states, std::vector<Completion>& out) {
  const std::string scope = request.cursor.container.substr(0, request.cursor.container.rfind('/'));
  std::vector<std::string> names;
  const auto note = [&](const Value& object, std::string_view field) {
    const Value* target = object.is_object() ? object.Find(field) : nullptr;
    if (target == nullptr || !target->is_string() || target->as_string().empty()) return;
    const std::string name(target->as_string());
    if (std::find(names.begin(), names.end(), name) == names.end() && !IsWritten(request, states, name)) {
      names.push_back(name);
    }
  };
  if (const Value* around = ResolvePointer(request.value, scope)) note(*around, "StartAt");
  if (states != nullptr) {
    for (const Member& state : states->members()) {
      note(state.value, "Next");
      note(state.value, "Default");
      for (const char* list : {"Choices", "Catch"}) {
        const Value* items = state.value.is_object() ? state.value.Find(list) : nullptr;
        for (size_t i = 0; items != nullptr && i < items->items().size(); ++i) note(items->items()[i], "Next");
      }
    }
  }
  for (const std::string& name : names) {
    Completion c = KeyCompletion(request, name, {"{\"Type\": \"$1\"}", "\n  Type: $1"});
    c.kind = Completion::Kind::kState;
    c.detail = "a state that is missing";
    out.push_back(std::move(c));
  }
}

}  // namespace

void CompleteKeys(const CompletionRequest& request, std::vector<Completion>& out) {
  const Value* object = ResolvePointer(request.value, request.cursor.container);
  if (request.spot.kind == ObjectKind::kStates) {
    AddMissingStates(request, object, out);
    if (request.options.snippets && NextCharacter(request) != ':') AddSkeletons(request, out);
    return;
  }
  std::vector<const FieldRow*> rows = FieldsAt(request.spot);
  std::stable_partition(rows.begin(), rows.end(), [](const FieldRow* row) { return row->required; });
  for (const FieldRow* row : rows) {
    if (IsWritten(request, object, row->name)) continue;
    Completion c = KeyCompletion(request, row->name, FrameOf(*row));
    c.detail = FieldSummary(*row);
    c.documentation = FieldMarkdown(request.spot, *row);
    out.push_back(std::move(c));
  }
}

}  // namespace gait::lsp
