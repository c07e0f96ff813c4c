#include "integrations/targets.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "engine/base/check.h"
#include "integrations/config_reader.h"
#include "integrations/lambda_name.h"

namespace gait {
namespace {

using enum TargetFieldType;

constexpr TargetField kFileFields[] = {{"$schema", kText}, {"lambda", kObject}, {"s3", kObject}};
constexpr TargetField kLambdaFields[] = {{"functions", kObject}};
constexpr TargetField kFunctionFields[] = {{"command", kTexts},
                                           {"directory", kText},
                                           {"environment", kTextMap},
                                           {"endpoint", kText},
                                           {"idempotent", kBoolean}};
constexpr TargetField kS3Fields[] = {{"buckets", kObject}};
constexpr TargetField kBucketFields[] = {{"endpoint", kText}, {"region", kText}, {"bucket", kText}, {"profile", kText}};
constexpr TargetObject kObjects[] = {{"", kFileFields},
                                     {"lambda", kLambdaFields},
                                     {"function", kFunctionFields},
                                     {"s3", kS3Fields},
                                     {"bucket", kBucketFields}};

using namespace config_rule;

constexpr std::string_view kNoTarget = "function-without-target", kTwoTargets = "function-with-two-targets",
                           kNotForEndpoint = "field-not-allowed", kBadName = "bad-function-name",
                           kBadCommand = "bad-command", kBadEndpoint = "bad-endpoint",
                           kBadEnvironment = "bad-environment", kBadBucketName = "bad-bucket-name",
                           kBadFolder = "bad-folder", kNoHost = "bucket-without-endpoint",
                           kBucketForAll = "bucket-for-all", kBadRegion = "bad-region", kBadProfile = "bad-profile";

constexpr TargetRule kRules[] = {
    {kInvalidText, "the text is not JSON, or not YAML"},
    {kNotAnObject, "the file, a section or an entry is not an object"},
    {kUnknownField, "there is no such field"},
    {kDuplicateField, "a field stands twice in its object"},
    {kBadType, "the value has the wrong type"},
    {kNoTarget, "a function has neither a command nor an endpoint"},
    {kTwoTargets, "a function has a command and an endpoint"},
    {kNotForEndpoint, "the field is for commands, and the function has an endpoint"},
    {kBadName, "the name is no Lambda function's, nor *"},
    {kBadCommand, "the command names no program"},
    {kBadEndpoint, "the endpoint is no http or https URL"},
    {kBadEnvironment, "an environment variable cannot have this name or value"},
    {kBadBucketName, "the name is no S3 bucket's, nor *"},
    {kBadFolder, "a bucket's folder has no name"},
    {kNoHost, "a bucket is an object without an endpoint"},
    {kBucketForAll, "the entry * has the name of one bucket"},
    {kBadRegion, "the region is no AWS region's name"},
    {kBadProfile, "the profile has no name"},
};

std::string_view TypeName(TargetFieldType type) {
  switch (type) {
    case kText: return "a string";
    case kBoolean: return "true or false";
    case kTexts: return "an array of strings";
    case kTextMap: return "an object of strings";
    case kObject: return "an object";
  }
  return "";
}

// An unquoted ${placeholder} is no text: nothing is put in its place here.
bool IsText(const Value& value) { return value.is_string() && !IsPlaceholder(value); }

bool HasType(const Value& value, TargetFieldType type) {
  switch (type) {
    case kText: return IsText(value);
    case kBoolean: return value.is_bool();
    case kTexts: return value.is_array() && std::all_of(value.items().begin(), value.items().end(), IsText);
    case kTextMap:
      return value.is_object() && std::all_of(value.members().begin(), value.members().end(),
                                              [](const Member& m) { return IsText(m.value); });
    case kObject: return value.is_object();
  }
  return false;
}

// The values that `object` has for its fields, by the order of the table; null for those that it has not.
class Fields {
 public:
  Fields(std::span<const TargetField> table, const Value& object) : table_(table), object_(object) {}

  const Value* operator[](std::string_view name) const {
    const Value* value = object_.Find(name);
    const auto row = std::find_if(table_.begin(), table_.end(), [&](const TargetField& f) { return f.name == name; });
    GAIT_CHECK(row != table_.end(), "no such field: " + std::string(name));
    return value != nullptr && HasType(*value, row->type) ? value : nullptr;
  }

 private:
  std::span<const TargetField> table_;
  const Value& object_;
};

class Reader : ConfigReader {
 public:
  Reader(std::string_view text, DocumentFormat format, const std::string& folder)
      : ConfigReader(text, format, [](std::string_view) { return Severity::kError; }),
        folder_(std::filesystem::absolute(folder.empty() ? "." : folder)) {}

  TargetsParse Read() {
    if (const auto file = Open(ParseDocument(text_, format_))) ReadFile(*file);
    return {std::move(targets_), std::move(diagnostics_)};
  }

 private:
  // One line a section.
  void ReadFile(const Value& file) {
    if (!Check(file, Place(), kFileFields)) return;
    const Fields fields(kFileFields, file);
    if (const Value* lambda = fields["lambda"]) ReadLambda(*lambda, Place().Key("lambda"));
    if (const Value* s3 = fields["s3"]) ReadS3(*s3, Place().Key("s3"));
  }

  void ReadS3(const Value& s3, const Place& place) {
    Check(s3, place, kS3Fields);
    const Value* buckets = Fields(kS3Fields, s3)["buckets"];
    if (buckets == nullptr) return;
    for (const Member& b : buckets->members()) ReadBucket(b.name(), b.value, place.Key("buckets").Key(b.name()));
  }

  void ReadBucket(std::string_view name, const Value& bucket, const Place& place) {
    if (name != "*") CheckBucketName(name, place, /*is_key=*/true);
    BucketTarget target;
    if (IsText(bucket)) {
      if (bucket.as_string().empty()) {
        AddAtValue(kBadFolder, place, "The folder has no name", R"(as in "./data"; "." is the folder of this file)");
      }
      target = Resolve(bucket.as_string());
    } else if (bucket.is_object()) {
      target = ReadBucketEndpoint(name, bucket, place);
    } else {
      AddAtValue(kBadType, place, "A bucket must be a folder (a string) or a host that has it (an object)",
                 R"(as in "./data", or {"endpoint": "http://127.0.0.1:9000"})");
    }
    targets_.buckets.insert_or_assign(std::string(name), std::move(target));
  }

  S3EndpointTarget ReadBucketEndpoint(std::string_view name, const Value& bucket, const Place& place) {
    S3EndpointTarget target;
    Check(bucket, place, kBucketFields);
    const Fields fields(kBucketFields, bucket);
    if (bucket.Find("endpoint") == nullptr) {
      AddAtKey(kNoHost, place, "The bucket has no endpoint", R"(give it an "endpoint", or a folder in its place)");
    }
    if (const Value* endpoint = fields["endpoint"]) {
      target.url = endpoint->as_string();
      if (!IsEndpoint(target.url) || target.url.find('@') != std::string::npos) {
        AddAtValue(kBadEndpoint, place.Key("endpoint"), "'" + target.url + "' is not an http or https URL",
                   "as in http://127.0.0.1:9000; without a query, and without a password");
      }
    }
    if (const Value* region = fields["region"]) {
      target.region = region->as_string();
      const bool good = std::all_of(target.region.begin(), target.region.end(), [](char c) {
        return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-';
      });
      if (!good || target.region.empty()) {
        AddAtValue(kBadRegion, place.Key("region"), "'" + target.region + "' is not the name of a region",
                   "as in us-east-1, which is also what is taken without one");
      }
    }
    if (const Value* own = fields["bucket"]) {
      target.bucket = own->as_string();
      if (name == "*") {
        AddAtKey(kBucketForAll, place.Key("bucket"), "All buckets without an entry would be this one", "remove it");
      } else {
        CheckBucketName(target.bucket, place.Key("bucket"), /*is_key=*/false);
      }
    }
    if (const Value* profile = fields["profile"]) {
      target.profile = profile->as_string();
      if (target.profile.empty()) {
        AddAtValue(kBadProfile, place.Key("profile"), "The profile has no name",
                   "the name of a profile in the shared credentials file; without the field, the keys of the "
                   "environment are used");
      }
    }
    return target;
  }

  void CheckBucketName(std::string_view name, const Place& place, bool is_key) {
    if (IsBucketName(name)) return;
    std::string message = "'" + std::string(name) + "' is not the name of an S3 bucket";
    const std::string hint = "3 to 63 letters, digits, . - and _, no dot in front";
    if (is_key) {
      AddAtKey(kBadBucketName, place, std::move(message), hint + "; or * for all others");
    } else {
      AddAtValue(kBadBucketName, place, std::move(message), hint);
    }
  }

  void ReadLambda(const Value& lambda, const Place& place) {
    Check(lambda, place, kLambdaFields);
    const Value* functions = Fields(kLambdaFields, lambda)["functions"];
    if (functions == nullptr) return;
    for (const Member& f : functions->members()) ReadFunction(f.name(), f.value, place.Key("functions").Key(f.name()));
  }

  void ReadFunction(std::string_view name, const Value& function, const Place& place) {
    if (name != "*" && !IsLambdaFunctionName(name)) {
      AddAtKey(kBadName, place, "'" + std::string(name) + "' is not the name of a Lambda function",
               "the name alone, without account, region and qualifier: letters, digits, - and _; or * for all others");
    }
    if (!Check(function, place, kFunctionFields)) return;
    const Fields fields(kFunctionFields, function);
    const bool has_command = function.Find("command") != nullptr, has_endpoint = function.Find("endpoint") != nullptr;
    if (has_command == has_endpoint) {
      AddAtKey(has_command ? kTwoTargets : kNoTarget, place,
               has_command ? "The function has both a command and an endpoint" : "The function has no target",
               has_command ? "remove one of them" : R"(give it a "command" or an "endpoint")");
      return;
    }
    FunctionTarget target;
    if (const Value* idempotent = fields["idempotent"]) target.idempotent = idempotent->as_bool();
    if (has_command) {
      target.target = ReadCommand(fields, place);
    } else {
      target.target = ReadEndpoint(function, fields, place);
    }
    targets_.functions.insert_or_assign(std::string(name), std::move(target));
  }

  CommandTarget ReadCommand(const Fields& fields, const Place& place) {
    CommandTarget target;
    if (const Value* command = fields["command"]) {
      for (const Value& argument : command->items()) target.command.emplace_back(argument.as_string());
      if (target.command.empty() || target.command[0].empty()) {
        AddAtValue(kBadCommand, place.Key("command"), "The command names no program",
                   R"(as in ["python3", "handler.py"]: the program, then its arguments)");
      } else if (target.command[0].find('/') != std::string::npos) {
        target.command[0] = Resolve(target.command[0]);
      }
    }
    const Value* directory = fields["directory"];
    target.directory = Resolve(directory == nullptr ? "." : directory->as_string());
    if (const Value* environment = fields["environment"]) {
      for (const Member& variable : environment->members()) {
        if (variable.name().empty() || variable.name().find('=') != std::string_view::npos) {
          AddAtKey(kBadEnvironment, place.Key("environment").Key(variable.name()),
                   "'" + std::string(variable.name()) + "' cannot be the name of an environment variable",
                   "a name is not empty and has no =");
        }
        target.environment.emplace_back(variable.name(), variable.value.as_string());
      }
    }
    return target;
  }

  EndpointTarget ReadEndpoint(const Value& function, const Fields& fields, const Place& place) {
    for (std::string_view name : {"directory", "environment"}) {
      if (function.Find(name) == nullptr) continue;
      AddAtKey(kNotForEndpoint, place.Key(name), "'" + std::string(name) + "' is for a command",
               "remove it: an endpoint is a process of its own");
    }
    EndpointTarget target;
    if (const Value* endpoint = fields["endpoint"]) {
      target.url = endpoint->as_string();
      if (!IsEndpoint(target.url)) {
        AddAtValue(kBadEndpoint, place.Key("endpoint"), "'" + target.url + "' is not an http or https URL",
                   "as in http://127.0.0.1:9001; without a query");
      }
    }
    return target;
  }

  std::string Resolve(std::string_view path) const {
    std::string resolved = (folder_ / path).lexically_normal().string();
    if (resolved.size() > 1 && resolved.ends_with('/')) resolved.pop_back();
    return resolved;
  }

  // Reports what is wrong with the object's fields. False if it is no object.
  bool Check(const Value& object, const Place& place, std::span<const TargetField> table) {
    if (!IsObject(object, place)) return false;
    for (const Member& m : object.members()) {
      const auto row =
          std::find_if(table.begin(), table.end(), [&](const TargetField& f) { return f.name == m.name(); });
      if (row == table.end()) {
        std::vector<std::string_view> names;
        for (const TargetField& f : table) names.push_back(f.name);
        AddUnknown(place, m.name(), names);
      } else if (!HasType(m.value, row->type)) {
        AddAtValue(kBadType, place.Key(m.name()),
                   "'" + std::string(m.name()) + "' must be " + std::string(TypeName(row->type)), "");
      }
    }
    return true;
  }

  const std::filesystem::path folder_;
  Targets targets_;
};

}  // namespace

TargetsParse ReadTargets(std::string_view text, DocumentFormat format, const std::string& folder) {
  return Reader(text, format, folder).Read();
}

bool IsEndpoint(std::string_view url) {
  const size_t scheme = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : 0;
  const auto is_bad = [](char c) { return c <= ' ' || c >= '\x7f' || c == '?' || c == '#'; };
  return scheme != 0 && url.size() > scheme && url[scheme] != '/' && std::none_of(url.begin(), url.end(), is_bad);
}

std::span<const TargetRule> TargetRules() { return kRules; }
std::span<const TargetObject> TargetObjects() { return kObjects; }

}  // namespace gait
