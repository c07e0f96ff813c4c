// The targets file (gait.json, gait.yaml): where the work of tasks is done. For people: docs/targets.md; for editors:
// schemas/targets.schema.json.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/json/document.h"
#include "integrations/process.h"
#include "integrations/s3_client.h"

namespace gait {

// A program that is run for each invocation.
struct CommandTarget {
  std::vector<std::string> command;  // not empty; a program with a slash has an absolute path
  std::string directory;             // absolute
  Environment environment;
};

// A host that speaks Lambda's Invoke API.
struct EndpointTarget {
  std::string url;  // http or https
};

struct FunctionTarget {
  std::variant<CommandTarget, EndpointTarget> target;
  bool idempotent = false;  // may be given an invocation a second time, with the same idempotency key
};

// Scheme, host, and perhaps a path; no query, no fragment, nothing that cannot stand in a URL.
bool IsEndpoint(std::string_view url);

// By the name of the Lambda function; "*" is for those that have no entry.
using FunctionTargets = std::map<std::string, FunctionTarget, std::less<>>;

// A bucket: its folder, absolute, or a host that has it. "*" is for those that have no entry: a folder whose
// sub-folders they are, or a host.
using BucketTarget = std::variant<std::string, S3EndpointTarget>;
using BucketTargets = std::map<std::string, BucketTarget, std::less<>>;

struct Targets {
  FunctionTargets functions;
  BucketTargets buckets;
};

struct TargetsParse {
  Targets targets;  // of use if `diagnostics` has no errors
  Diagnostics diagnostics;
};

// Reads a targets file that stands in `folder`, against which its paths are resolved. Finds all that is wrong with it.
TargetsParse ReadTargets(std::string_view text, DocumentFormat format, const std::string& folder);

// The findings that there are, for the documentation.
struct TargetRule {
  std::string_view id;       // stable; users suppress by it
  std::string_view summary;  // one line
};
std::span<const TargetRule> TargetRules();

// The fields of the objects in the file, which the schema must have as well.
enum class TargetFieldType { kText, kBoolean, kTexts, kTextMap, kObject };
struct TargetField {
  std::string_view name;
  TargetFieldType type;
};
struct TargetObject {
  std::string_view name;  // of its definition in the schema; "" for the file itself
  std::span<const TargetField> fields;
};
std::span<const TargetObject> TargetObjects();

}  // namespace gait
