#include <algorithm>

#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "tests/simulation/objects.h"
#include "tests/simulation/walk.h"

namespace gait::simulation::model {

using T = EventType;

namespace {

// The entries of a file: an array, or a line each.
std::vector<Value> EntriesIn(const std::string& text) {
  std::vector<Value> entries;
  if (text.starts_with('[') && !text.ends_with('\n')) {
    const Value array = *ParseJson(text).value;
    entries.assign(array.items().begin(), array.items().end());
    return entries;
  }
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    entries.push_back(*ParseJson(text.substr(at, end - at)).value);
    at = end + 1;
  }
  return entries;
}

// What an entry that tells all of a child says of it, as one text: files are compared as sets of these.
std::string Told(const std::string& arn, std::string_view status, const Value& input, const Value& output,
                 int64_t redrives) {
  return arn + " " + std::string(status) + " " + std::to_string(redrives) + " " + ToJson(input) + " " +
         (output.is_undefined() ? "" : ToJson(output));
}

std::string ToldBy(const Value& entry) {
  const Value* output = Member(entry, "Output");
  return Told(Text(entry, "ExecutionArn"), Text(entry, "Status"), *ParseJson(Text(entry, "Input")).value,
              output == nullptr ? Value() : *ParseJson(output->as_string()).value,
              static_cast<int64_t>(Number(entry, "RedriveCount", 0)));
}

std::string ToldOf(const ChildSeen& c) {
  return Told(c.child.arn, StatusName(c.status), c.child.events.front().payload.value(), c.output,
              static_cast<int64_t>(c.part));
}

// An output, or what it has where it is flattened.
void AddOutput(const Value& output, bool flattens, std::vector<Value>& to) {
  if (!flattens || !output.is_array()) return to.push_back(output);
  to.insert(to.end(), output.items().begin(), output.items().end());
}

void Compare(std::vector<std::string> found, std::vector<std::string> expected, const std::string& what) {
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  const auto [f, e] = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
  Require(f == found.end() && e == expected.end(), kResults,
          what + " has " + (f == found.end() ? "nothing" : *f) + " in the place of " +
              (e == expected.end() ? "nothing" : *e));
}

}  // namespace

std::string Walk::Transformation(const Run& run) {
  const Value* writer = Member(run.state, "ResultWriter");
  if (writer == nullptr) return "COMPACT";
  const Value* config = Member(*writer, "WriterConfig");
  const std::string otherwise = Member(*writer, "Resource") == nullptr ? "COMPACT" : "NONE";
  return config == nullptr ? otherwise : Text(*config, "Transformation", otherwise);
}

bool Walk::Exports(const Run& run) {
  const Value* writer = Member(run.state, "ResultWriter");
  return writer != nullptr && Member(*writer, "Resource") != nullptr;
}

std::string Walk::ManifestOf(const Run& run) {
  const MapRunSeen& of = *run.path.map_run;
  return Text(*Member(*Member(run.state, "ResultWriter"), "Parameters"), "Prefix") + "/" +
         of.arn.substr(of.arn.rfind(':') + 1) + "/" +
         (of.redrives == 0 ? "" : "Redrive-" + std::to_string(of.redrives) + "/") + "manifest.json";
}

Value Walk::ResultOf(const Run& run, const RunSeen& seen) const {
  if (Exports(run)) {
    return Value::Object({{"MapRunArn", Value::String(run.path.map_run->arn)},
                          {"ResultWriterDetails", Value::Object({{"Bucket", Value::String(kResultBucket)},
                                                                 {"Key", Value::String(ManifestOf(run))}})}});
  }
  std::vector<Value> outputs;
  for (const ChildSeen& c : seen.children) AddOutput(c.output, Transformation(run) == "FLATTEN", outputs);
  return Array(outputs);
}

void Walk::CheckResults(const Run& run, const RunSeen& seen, bool must_be) const {
  if (!Exports(run)) return;
  const std::string key = ManifestOf(run);
  const auto found = facts_.objects.find(key);
  Require(found != facts_.objects.end() || !must_be, kResults, key + " is not there");
  if (found == facts_.objects.end()) return;
  const Value manifest = *ParseJson(found->second).value;
  Require(Text(manifest, "MapRunArn") == run.path.map_run->arn, kResults, key + " is of another run");
  const Value& files = *Member(manifest, "ResultFiles");
  const std::string transformation = Transformation(run);
  std::vector<std::string> succeeded, failed, pending;
  for (const ChildSeen& c : seen.children) {
    if (c.status != ExecutionStatus::kSucceeded) {
      failed.push_back(ToldOf(c));
    } else if (transformation == "NONE") {
      succeeded.push_back(ToldOf(c));
    } else {
      std::vector<Value> outputs;
      AddOutput(c.output, transformation == "FLATTEN", outputs);
      for (const Value& output : outputs) succeeded.push_back(ToJson(output));
    }
  }
  for (size_t i = seen.children.size(); i < seen.given.size(); ++i) {
    pending.push_back(Told("", "PENDING", seen.given[i].input, {}, 0));
  }
  Compare(EntriesOf(files, "SUCCEEDED", transformation == "NONE"), std::move(succeeded), key + ": SUCCEEDED");
  Compare(EntriesOf(files, "FAILED", /*whole=*/true), std::move(failed), key + ": FAILED");
  Compare(EntriesOf(files, "PENDING", /*whole=*/true), std::move(pending), key + ": PENDING");
}

std::vector<std::string> Walk::EntriesOf(const Value& files, const char* status, bool whole) const {
  std::vector<std::string> told;
  for (const Value& file : Member(files, status)->items()) {
    const std::string key = Text(file, "Key");
    const auto object = facts_.objects.find(key);
    Require(object != facts_.objects.end(), kResults, key + " is named, and is not there");
    Require(static_cast<double>(object->second.size()) == Number(file, "Size", 0), kResults, key + " has another size");
    for (const Value& entry : EntriesIn(object->second)) told.push_back(whole ? ToldBy(entry) : ToJson(entry));
  }
  return told;
}

}  // namespace gait::simulation::model
