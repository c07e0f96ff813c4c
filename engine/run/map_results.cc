#include "engine/run/map_results.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/history/codec.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

using Transformation = ResultWriting::Transformation;

constexpr size_t kPage = 1'000;         // children that are read at a time
constexpr size_t kChunkBytes = 65'536;  // are written at a time

// A child that has ended, as its history tells.
struct Ended {
  const ExecutionRecord& record;
  Payload input, output;
  const Value* error = nullptr;
  const Value* cause = nullptr;
  int64_t events = 0;
  std::vector<HistoryEvent> history;
};

Ended Read(Store& store, const ExecutionRecord& record) {
  Ended ended{record, {}, {}, nullptr, nullptr, 0, {}};
  ended.history = DecodeEvents(store.LoadHistory(record));
  if (ended.history.empty()) return ended;  // retention has removed it
  ended.input = ended.history.front().payload;
  const HistoryEvent& last = ended.history.back();
  ended.events = last.id;
  if (last.type == EventType::kExecutionSucceeded) ended.output = last.payload;
  ended.error = last.Get(EventField::kError);
  ended.cause = last.Get(EventField::kCause);
  return ended;
}

// Calls `visit` with each child that has this status, in the order in which they began, until that gives an error.
template <typename Visit>
std::optional<WorkflowError> ForEach(const MapRunResults& results, ExecutionStatus status, Visit visit) {
  std::vector<ExecutionRecord> page;
  do {
    page = results.store.ListChildren(results.run.id, status, page.empty() ? 0 : page.back().id, kPage);
    for (const ExecutionRecord& child : page) {
      if (auto error = visit(child)) return error;
    }
  } while (page.size() == kPage);
  return std::nullopt;
}

// The members stand in the order of their names, as AWS writes them.
class Metadata {
 public:
  explicit Metadata(const MapRunResults& results) : results_(results) {}

  std::string Of(const Ended& child) const {
    std::string json = "{";
    const ExecutionRecord& record = child.record;
    const bool express = results_.child.type == StateMachineType::kExpress;
    if (child.cause != nullptr) Member(json, "Cause", child.cause->as_string());
    if (child.error != nullptr) Member(json, "Error", child.error->as_string());
    Member(json, "ExecutionArn", ChildArn(results_.child, record.name));
    Member(json, "Input", child.input.present() ? child.input.text() : "");
    Raw(json, "InputDetails", R"({"Included":true})");
    Member(json, "Name", std::string_view(record.name).substr(0, record.name.find(':')));
    if (record.status == ExecutionStatus::kSucceeded) {
      Member(json, "Output", child.output.present() ? child.output.text() : "");
    }
    Raw(json, "OutputDetails", R"({"Included":true})");
    Raw(json, "RedriveCount", std::to_string(record.redrive_count));
    const bool redriven = record.redrive_count > 0;
    if (redriven && !express) Member(json, "RedriveDate", FormatTimestamp(record.redriven_at));
    if (!express) AddRedriveStatus(json, child);
    // Recorded: an EXPRESS child that is redriven begins anew.
    Member(json, "StartDate", FormatTimestamp(redriven && express ? record.redriven_at : record.started_at));
    Member(json, "StateMachineArn", results_.child.state_machine_arn);
    Member(json, "Status", StatusName(record.status));
    Member(json, "StopDate", FormatTimestamp(record.stopped_at));
    return json + "}";
  }

 private:
  static void Raw(std::string& json, std::string_view name, std::string_view value) {
    if (json.size() > 1) json += ',';
    AppendJsonString(json, name);
    json.append(":").append(value);
  }
  static void Member(std::string& json, std::string_view name, std::string_view value) {
    std::string text;
    AppendJsonString(text, value);
    Raw(json, name, text);
  }

  void AddRedriveStatus(std::string& json, const Ended& child) const {
    if (child.record.status == ExecutionStatus::kSucceeded) {
      Member(json, "RedriveStatus", "NOT_REDRIVABLE");
      Member(json, "RedriveStatusReason", "Execution is SUCCEEDED and cannot be redriven");
    } else if (results_.quotas.HasRoomToBeRedriven(child.events)) {
      Member(json, "RedriveStatus", "REDRIVABLE_BY_MAP_RUN");
    } else {
      Member(json, "RedriveStatus", "NOT_REDRIVABLE");
      Member(json, "RedriveStatusReason", "Execution history event limit exceeded");
    }
  }

  const MapRunResults& results_;
};

// Calls `add` with the JSON of what a child brought, as the transformation has it. One that failed is never
// transformed.
template <typename Add>
std::optional<WorkflowError> AddResult(const MapRunResults& results, const Ended& child, Add add) {
  const bool succeeded = child.record.status == ExecutionStatus::kSucceeded;
  if (!succeeded || results.writing.transformation == Transformation::kNone) return add(Metadata(results).Of(child));
  if (!child.output.present()) return std::nullopt;
  if (results.writing.transformation == Transformation::kFlatten && child.output.value().is_array()) {
    for (const Value& item : child.output.value().items()) {
      if (auto error = add(ToJson(item))) return error;
    }
    return std::nullopt;
  }
  return add(child.output.text());
}

// An object of results: an array, or a line each.
class ResultFile {
 public:
  ResultFile(const ResultWriting& writing, const OpenObject& open, std::string key)
      : writing_(writing), open_(open), key_(std::move(key)) {}

  std::optional<WorkflowError> Add(std::string_view json) {
    if (!writing_.lines) buffer_ += count_ == 0 ? '[' : ',';
    buffer_ += json;
    if (writing_.lines) buffer_ += '\n';
    ++count_;
    return buffer_.size() < kChunkBytes ? std::nullopt : Flush();
  }

  // Nothing is written where there is nothing, unless there must be a file.
  std::optional<WorkflowError> Finish(bool must_be) {
    if (count_ == 0 && !must_be) return std::nullopt;
    if (!writing_.lines) buffer_ += count_ == 0 ? "[]" : "]";
    if (auto error = Flush()) return error;
    written_ = true;
    return sink_->Finish();
  }

  bool written() const { return written_; }
  Value Entry() const { return Value::Object({{"Key", Value::String(key_)}, {"Size", Value::Int(size_)}}); }

 private:
  std::optional<WorkflowError> Flush() {
    if (sink_ == nullptr) {
      auto opened = open_(writing_.bucket, key_);
      if (!opened) return std::move(opened).error();
      sink_ = std::move(opened).value();
    }
    size_ += static_cast<int64_t>(buffer_.size());
    auto error = sink_->Write(buffer_);
    buffer_.clear();
    return error;
  }

  const ResultWriting& writing_;
  const OpenObject& open_;
  const std::string key_;
  std::unique_ptr<ByteSink> sink_;
  std::string buffer_;
  int64_t count_ = 0, size_ = 0;
  bool written_ = false;
};

std::string Folder(const MapRunResults& results) {
  const std::string_view arn = results.run.arn;  // mapRun:NAME/LABEL:UUID
  std::string folder = results.writing.prefix.empty() ? "" : results.writing.prefix + "/";
  folder.append(arn.substr(arn.rfind(':') + 1)).append("/");
  if (results.run.redrive_count > 0) folder += "Redrive-" + std::to_string(results.run.redrive_count) + "/";
  return folder;
}

// What was written before this generation's results.
struct Earlier {
  ArrayBuilder files;  // of those that succeeded
  // The first redrive of which no file has those that succeeded: those before it may have ended without writing any.
  int64_t from = 0;
};

Earlier EarlierOf(const MapRunResults& results) {
  Earlier earlier;
  const JsonParse record = ParseJson(results.run.results);
  const Value* succeeded = record && record.value->is_object() ? record.value->Find("Succeeded") : nullptr;
  if (succeeded == nullptr) return earlier;
  const std::string own = Folder(results) + "SUCCEEDED_0.";
  for (const Value& file : succeeded->items()) {
    if (!file.Find("Key")->as_string().starts_with(own)) earlier.files.Add(file);
  }
  const int64_t last = record.value->Find("Redrive")->as_int();
  const bool again = last == results.run.redrive_count;  // a process before this one wrote them
  earlier.from = again ? record.value->Find("From")->as_int() : last + 1;
  return earlier;
}

std::optional<WorkflowError> WritePending(ItemFeed* pending, ResultFile& file) {
  while (pending != nullptr) {
    auto child = pending->Next();
    if (!child) return std::move(child).error();
    if (!child->has_value()) break;
    std::string json = R"({"Input":)";
    AppendJsonString(json, (*child)->input.text());
    if (auto error = file.Add(json + R"(,"InputDetails":{"Included":true},"Status":"PENDING"})")) return error;
  }
  return file.Finish(/*must_be=*/false);
}

}  // namespace

std::string ChildArn(const ExecutionInfo& child, std::string_view name) {
  if (child.type == StateMachineType::kStandard) return ExecutionArn(child.account, child.state_machine_name, name);
  const size_t end = name.find(':');
  return ExpressExecutionArn(child.account, child.state_machine_name, name.substr(0, end), name.substr(end + 1));
}

WorkflowError ResultsTooLarge(const MapRunRecord& run) {
  return {std::string(error_names::kDataLimitExceeded), CauseText(Cause::kStateOutputTooLarge, {run.state_name})};
}

Result<Value> CollectResults(const MapRunResults& results) {
  ArrayBuilder outputs;
  size_t bytes = 2;
  const auto error = ForEach(results, ExecutionStatus::kSucceeded, [&](const ExecutionRecord& record) {
    return AddResult(results, Read(results.store, record), [&](const std::string& json) {
      bytes += json.size() + (outputs.size() > 0 ? 1 : 0);
      outputs.Add(*ParseJson(json).value);
      return bytes <= results.quotas.payload_bytes_max ? std::nullopt : std::optional(ResultsTooLarge(results.run));
    });
  });
  if (error) return *error;
  return outputs.Build();
}

Result<Value> WriteResults(const MapRunResults& results, const OpenObject& open, ItemFeed* pending,
                           std::string& record) {
  const std::string folder = Folder(results);
  const std::string suffix = results.writing.lines ? "_0.jsonl" : "_0.json";
  ResultFile succeeded(results.writing, open, folder + "SUCCEEDED" + suffix);
  ResultFile failed(results.writing, open, folder + "FAILED" + suffix);
  ResultFile not_begun(results.writing, open, folder + "PENDING" + suffix);
  const auto add_to = [&](ResultFile& file, const ExecutionRecord& child) {
    return AddResult(results, Read(results.store, child), [&](const std::string& json) { return file.Add(json); });
  };
  // Recorded: of those that succeeded each generation has its own, of all others whatever stands at its end. What an
  // earlier one could not write is this one's.
  Earlier earlier = EarlierOf(results);
  auto error = ForEach(results, ExecutionStatus::kSucceeded, [&](const ExecutionRecord& child) {
    return child.map_redrive < earlier.from ? std::nullopt : add_to(succeeded, child);
  });
  if (!error) error = succeeded.Finish(/*must_be=*/results.run.redrive_count > 0);
  for (const auto status : {ExecutionStatus::kFailed, ExecutionStatus::kTimedOut, ExecutionStatus::kAborted}) {
    if (!error) error = ForEach(results, status, [&](const ExecutionRecord& child) { return add_to(failed, child); });
  }
  if (!error) error = failed.Finish(/*must_be=*/false);
  if (!error) error = WritePending(pending, not_begun);
  if (error) return *std::move(error);

  const auto entries = [](const ResultFile& file) {
    return file.written() ? Value::Array({file.Entry()}) : Value::Array();
  };
  if (succeeded.written()) earlier.files.Add(succeeded.Entry());
  const Value all_succeeded = earlier.files.Build();
  const Value manifest = Value::Object(
      {{"DestinationBucket", Value::String(results.writing.bucket)},
       {"MapRunArn", Value::String(results.run.arn)},
       {"ResultFiles",
        Value::Object({{"FAILED", entries(failed)}, {"PENDING", entries(not_begun)}, {"SUCCEEDED", all_succeeded}})}});
  const std::string key = folder + "manifest.json";
  auto sink = open(results.writing.bucket, key);
  if (!sink) return std::move(sink).error();
  if (auto failure = (*std::move(sink))->Write(ToJson(manifest))) return *std::move(failure);
  if (auto failure = (*sink)->Finish()) return *std::move(failure);
  record = ToJson(Value::Object({{"Succeeded", all_succeeded},
                                 {"From", Value::Int(earlier.from)},
                                 {"Redrive", Value::Int(results.run.redrive_count)}}));
  return Value::Object({{"MapRunArn", Value::String(results.run.arn)},
                        {"ResultWriterDetails", Value::Object({{"Bucket", Value::String(results.writing.bucket)},
                                                               {"Key", Value::String(key)}})}});
}

}  // namespace gait
