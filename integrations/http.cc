#include "integrations/http.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/base/result.h"
#include "engine/base/utf.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "integrations/form_encoding.h"
#include "integrations/http_status.h"
#include "integrations/parameters.h"

namespace gait {
namespace {

constexpr Duration kTimeout = Duration::Seconds(60);  // of the whole call, AWS's

constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"};

// The guide's list, in lower case; an entry that ends in a hyphen stands for all that begin so.
constexpr std::string_view kForbiddenHeaders[] = {"a-im",
                                                  "accept-charset",
                                                  "accept-datetime",
                                                  "accept-encoding",
                                                  "authorization",
                                                  "cache-control",
                                                  "connection",
                                                  "content-encoding",
                                                  "content-md5",
                                                  "date",
                                                  "expect",
                                                  "forwarded",
                                                  "from",
                                                  "host",
                                                  "http2-settings",
                                                  "if-match",
                                                  "if-modified-since",
                                                  "if-none-match",
                                                  "if-range",
                                                  "if-unmodified-since",
                                                  "max-forwards",
                                                  "origin",
                                                  "pragma",
                                                  "proxy-authorization",
                                                  "referer",
                                                  "server",
                                                  "te",
                                                  "trailer",
                                                  "transfer-encoding",
                                                  "upgrade",
                                                  "via",
                                                  "warning",
                                                  "x-forwarded-",
                                                  "x-amz-",
                                                  "x-amzn-"};
// Set here, whatever the definition says.
constexpr std::string_view kOwnHeaders[] = {"user-agent", "range", "content-length"};

// The guide's list of what a task cannot take; an entry that ends in a slash stands for all that begin so.
constexpr std::string_view kUnsupportedContentTypes[] = {"application/octet-stream", "image/", "video/", "audio/"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// Is `text` an entry of the table, or does it begin with one that ends in a hyphen or a slash?
bool IsIn(std::span<const std::string_view> table, std::string_view text) {
  return std::any_of(table.begin(), table.end(), [&](std::string_view entry) {
    return entry.ends_with('-') || entry.ends_with('/') ? text.starts_with(entry) : text == entry;
  });
}

// RFC 9110, 5.6.2.
bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool IsText(const Value& value, std::string_view text) { return value.is_string() && value.as_string() == text; }

// Makes the request that a task's parameters describe.
class RequestReader {
 public:
  explicit RequestReader(const TaskRequest& task) : task_(task), parameters_(task.parameters) {}

  Result<HttpRequest> Read(size_t payload_bytes_max) {
    if (!parameters_.is_object()) return UnusableParameters(parameters_, Cause::kFieldMissing, "ApiEndpoint");
    ReadUrl();
    ReadMethod();
    ReadHeaders();
    ReadBody();
    if (!wrong_.empty()) return UnusableParameters(parameters_, wrong_);
    request_.headers.push_back({"User-Agent", "gait|StepFunctions|HttpInvoke|" + task_.account.region});
    if (payload_bytes_max != std::numeric_limits<size_t>::max()) {
      request_.headers.push_back({"Range", "bytes=0-" + std::to_string(payload_bytes_max)});
      request_.response_bytes_max = payload_bytes_max;
    }
    request_.timeout = kTimeout;
    return std::move(request_);
  }

 private:
  void ReadUrl() {
    const Value* endpoint = Find("ApiEndpoint");
    if (endpoint == nullptr) return Note(CauseText(Cause::kFieldMissing, {"ApiEndpoint"}));
    if (!endpoint->is_string() || !IsUrl(endpoint->as_string())) return NoteFormat("ApiEndpoint");
    request_.url = endpoint->as_string().substr(0, endpoint->as_string().find('#'));
    const Value* parameters = Find("QueryParameters");
    if (parameters == nullptr) return;
    const std::optional<std::string> query = EncodeQuery(*parameters);
    if (!query) return NoteFormat("QueryParameters");
    if (query->empty()) return;
    request_.url += request_.url.find('?') == std::string::npos ? '?' : '&';
    request_.url += *query;
  }

  // AWS takes https alone.
  static bool IsUrl(std::string_view url) {
    return (url.starts_with("https://") || url.starts_with("http://")) &&
           std::none_of(url.begin(), url.end(), [](char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; });
  }

  void ReadMethod() {
    const Value* method = Find("Method");
    if (method == nullptr) return Note(CauseText(Cause::kFieldMissing, {"Method"}));
    if (!method->is_string() || !IsIn(kMethods, method->as_string())) return NoteFormat("Method");
    request_.method = method->as_string();
  }

  void ReadHeaders() {
    const Value* headers = Find("Headers");
    if (headers == nullptr) return;
    if (!headers->is_object()) return NoteFormat("Headers");
    std::string forbidden;
    for (const Member& m : headers->members()) {
      const std::string name = Lower(m.name());
      const std::optional<std::string> value = HeaderText(m.value);
      if (!IsHeaderName(name) || !value) return NoteFormat("Headers");
      if (IsIn(kForbiddenHeaders, name)) {
        forbidden.append(forbidden.empty() ? "" : ", ").append(name);
      } else if (!IsIn(kOwnHeaders, name)) {
        request_.headers.push_back({std::string(m.name()), *value});
      }
    }
    if (!forbidden.empty()) Note(CauseText(Cause::kUnsupportedHeaders, {forbidden}));
  }

  // A text, a number or a boolean; several as a list (RFC 9110, 5.3).
  static std::optional<std::string> HeaderText(const Value& value) {
    if (value.is_string()) {
      if (!IsHeaderValue(value.as_string())) return std::nullopt;
      return std::string(value.as_string());
    }
    if (value.is_number() || value.is_bool()) return ToJson(value);
    if (!value.is_array()) return std::nullopt;
    std::string list;
    for (const Value& item : value.items()) {
      const std::optional<std::string> text = item.is_array() ? std::nullopt : HeaderText(item);
      if (!text) return std::nullopt;
      list.append(list.empty() ? "" : ", ").append(*text);
    }
    return list;
  }

  void ReadBody() {
    ReadTransform();
    const Value* body = Find("RequestBody");
    if (body == nullptr) return;
    if (body->is_string()) {
      request_.body = body->as_string();  // the text itself, not JSON of it
    } else if (!form_encoded_) {
      request_.body = ToJson(*body);
    } else if (body->is_object()) {
      request_.body = EncodeForm(*body, array_format_);
    } else {
      return NoteFormat("RequestBody");
    }
    if (FindHeader(request_.headers, "Content-Type") == nullptr) {
      request_.headers.push_back({"Content-Type", "application/json; charset=UTF-8"});
    }
  }

  void ReadTransform() {
    const Value* transform = Find("Transform");
    if (transform == nullptr) return;
    if (!transform->is_object()) return NoteFormat("Transform");
    if (const Value* encoding = transform->Find("RequestBodyEncoding")) {
      form_encoded_ = IsText(*encoding, "URL_ENCODED");
      if (!form_encoded_ && !IsText(*encoding, "NONE")) return NoteFormat("RequestBodyEncoding");
    }
    const Value* options = transform->Find("RequestEncodingOptions");
    if (options == nullptr) return;
    if (!options->is_object()) return NoteFormat("RequestEncodingOptions");
    if (const Value* name = options->Find("ArrayFormat")) {
      const auto format = name->is_string() ? ParseArrayFormat(name->as_string()) : std::nullopt;
      if (!format) return NoteFormat("ArrayFormat");
      array_format_ = *format;
    }
  }

  // The parameter; null if it is missing, or is null itself.
  const Value* Find(std::string_view name) const {
    const Value* value = parameters_.Find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  void NoteFormat(std::string_view field) { Note(CauseText(Cause::kFieldFormat, {field})); }
  void Note(const std::string& what) { wrong_.append(wrong_.empty() ? "" : ", ").append(what); }

  const TaskRequest& task_;
  const Value& parameters_;
  HttpRequest request_;
  bool form_encoded_ = false;
  ArrayFormat array_format_ = ArrayFormat::kIndices;
  std::string wrong_;  // all that is, separated by commas
};

bool IsJson(std::string_view content_type) {
  return content_type == "application/json" || content_type.ends_with("+json");
}

Value Headers(const HttpResponse& response) {
  // As HTTP/2 has the names, which is how the guide shows them: what a workflow looks for does not depend on the
  // protocol.
  std::vector<std::pair<std::string, ArrayBuilder>> lists;
  for (const HttpHeader& h : response.headers) {
    const std::string name = Lower(h.name);
    auto list = std::find_if(lists.begin(), lists.end(), [&](const auto& l) { return l.first == name; });
    if (list == lists.end()) list = lists.emplace(lists.end(), name, ArrayBuilder());
    list->second.Add(Value::String(ReplaceInvalidUtf8(h.value)));
  }
  ObjectBuilder headers;
  for (auto& [name, list] : lists) headers.Add(Value::String(ReplaceInvalidUtf8(name)), list.Build());
  return headers.Build();
}

Result<Value> Output(HttpResponse response) {
  const auto runtime = [](std::string cause) {
    return WorkflowError{std::string(error_names::kRuntime), std::move(cause)};
  };
  if (response.failure == HttpFailure::kTooLarge) {
    return WorkflowError{std::string(error_names::kDataLimitExceeded), CauseText(Cause::kTaskResultTooLarge, {"http"})};
  }
  if (response.failure != HttpFailure::kNone) {
    return WorkflowError{std::string(error_names::kHttpSocket),
                         CauseText(Cause::kRequestNotExecuted, {response.message})};
  }
  const std::string status_text = response.status_text.empty() ? std::string(StatusText(response.status))
                                                               : ReplaceInvalidUtf8(response.status_text);
  if (response.status < 200 || response.status > 299) {
    return WorkflowError{"States.Http.StatusCode." + std::to_string(response.status), status_text};
  }
  const std::string* header = FindHeader(response.headers, "Content-Type");
  std::string type = Lower(header == nullptr ? "" : header->substr(0, header->find(';')));
  while (type.ends_with(' ')) type.pop_back();
  if (IsIn(kUnsupportedContentTypes, type)) {
    return runtime(CauseText(Cause::kUnsupportedContentType, {ReplaceInvalidUtf8(type)}));
  }
  if (!IsUtf8(response.body)) return runtime(CauseText(Cause::kNotText));
  JsonParse json;
  if (IsJson(type)) json = ParseJson(response.body);
  return Value::Object({{"Headers", Headers(response)},
                        {"ResponseBody", json ? *json.value : Value::String(response.body)},
                        {"StatusCode", Value::Int(response.status)},
                        {"StatusText", Value::String(status_text)}});
}

// As AWS shows them: "[Content-Type: application/json, Accept: */*]".
std::string Listed(const HttpHeaders& headers) {
  std::string list;
  for (const HttpHeader& h : headers) list += (list.empty() ? "" : ", ") + h.name + ": " + h.value;
  return ReplaceInvalidUtf8("[" + list + "]");
}

Value Shown(const HttpRequest& request) {
  ObjectBuilder shown;
  shown.Add("protocol", Value::String(request.url.substr(0, request.url.find(':'))));
  shown.Add("method", Value::String(request.method));
  shown.Add("url", Value::String(request.url));
  shown.Add("headers", Value::String(Listed(request.headers)));
  if (!request.body.empty()) shown.Add("body", Value::String(ReplaceInvalidUtf8(request.body)));
  return shown.Build();
}

Value Shown(const HttpResponse& response, std::string_view protocol) {
  ObjectBuilder shown;
  shown.Add("protocol", Value::String(protocol));
  shown.Add("statusCode", Value::String(std::to_string(response.status)));
  const std::string text =
      response.status_text.empty() ? std::string(StatusText(response.status)) : response.status_text;
  shown.Add("statusMessage", Value::String(ReplaceInvalidUtf8(text)));
  shown.Add("headers", Value::String(Listed(response.headers)));
  shown.Add("body", Value::String(ReplaceInvalidUtf8(response.body)));
  return shown.Build();
}

}  // namespace

HttpIntegration::HttpIntegration(HttpClient& client, size_t payload_bytes_max)
    : client_(client), payload_bytes_max_(payload_bytes_max) {}

void HttpIntegration::Start(TaskRequest task, std::shared_ptr<TaskListener> listener) {
  RequestReader reader(task);
  Result<HttpRequest> request = reader.Read(payload_bytes_max_);
  if (!request) return listener->Failed(std::move(request).error());
  const TaskId id = task.id;
  if (listener->wants_exchange()) listener->Requested(Shown(*request));
  const auto done = [id, listener, parameters = task.parameters, running = running_,
                     protocol = request->url.substr(0, request->url.find(':'))](HttpResponse response) {
    const auto delivery = running->End(id);
    if (!delivery) return;
    if (listener->wants_exchange() && response.failure == HttpFailure::kNone) {
      listener->Responded(Shown(response, protocol));
    }
    if (response.failure == HttpFailure::kBadUrl) {
      return listener->Failed(UnusableParameters(parameters, Cause::kFieldFormat, "ApiEndpoint"));
    }
    Result<Value> output = Output(std::move(response));
    output ? listener->Succeeded(*std::move(output)) : listener->Failed(std::move(output).error());
  };
  running_->Begin(id, [&] {
    const auto sent = client_.Send(std::move(request).value(), done);
    return [&client = client_, sent] { client.Cancel(sent); };
  });
}

bool HttpIntegration::IsIdempotent(const TaskRequest& request) const {
  const Value* method = request.parameters.is_object() ? request.parameters.Find("Method") : nullptr;
  return method != nullptr && method->is_string() && IsSafeMethod(method->as_string());
}

}  // namespace gait
