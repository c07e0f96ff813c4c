#include "integrations/targets.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "engine/json/parse.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

TargetsParse Read(std::string_view text, DocumentFormat format = DocumentFormat::kJson) {
  return ReadTargets(text, format, "/srv/app");
}

std::string FileText(const std::string& path) {
  std::ifstream file(std::string(GAIT_SOURCE_DIR) + "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr std::string_view kExample = R"({
  "$schema": "targets.schema.json",
  "lambda": {
    "functions": {
      "ProcessOrder": {"command": ["python3", "process_order.py"], "idempotent": true,
                       "environment": {"K": "v", "EMPTY": ""}, "directory": "handlers"},
      "Local": {"command": ["./bin/local", "a/b"]},
      "Absolute": {"command": ["/opt/x/../y", "./z"], "directory": "/var"},
      "Remote": {"endpoint": "http://127.0.0.1:9001/"},
      "*": {"endpoint": "https://example.com/lambda"}
    }
  }
})";

void CheckExample(const Targets& targets) {
  REQUIRE(targets.functions.size() == 5);
  const FunctionTarget& order = targets.functions.at("ProcessOrder");
  CHECK(order.idempotent);
  const auto& command = std::get<CommandTarget>(order.target);
  CHECK(command.command == std::vector<std::string>{"python3", "process_order.py"});
  CHECK(command.directory == "/srv/app/handlers");
  CHECK(command.environment == Environment{{"K", "v"}, {"EMPTY", ""}});

  const auto& local = std::get<CommandTarget>(targets.functions.at("Local").target);
  CHECK(local.command == std::vector<std::string>{"/srv/app/bin/local", "a/b"});
  CHECK(local.directory == "/srv/app");
  CHECK_FALSE(targets.functions.at("Local").idempotent);

  const auto& absolute = std::get<CommandTarget>(targets.functions.at("Absolute").target);
  CHECK(absolute.command == std::vector<std::string>{"/opt/y", "./z"});
  CHECK(absolute.directory == "/var");

  CHECK(std::get<EndpointTarget>(targets.functions.at("Remote").target).url == "http://127.0.0.1:9001/");
  CHECK(std::get<EndpointTarget>(targets.functions.at("*").target).url == "https://example.com/lambda");
}

TEST_CASE("a targets file") {
  const TargetsParse json = Read(kExample);
  CHECK(json.diagnostics.empty());
  CheckExample(json.targets);
  // JSON is YAML, too.
  const TargetsParse yaml = Read(kExample, DocumentFormat::kYaml);
  CHECK(yaml.diagnostics.empty());
  CheckExample(yaml.targets);
  CHECK(Read("{}").diagnostics.empty());
  CHECK(Read(R"({"lambda": {}})").diagnostics.empty());
}

TEST_CASE("paths are relative to the file's folder, which may be relative itself") {
  const std::string here = std::filesystem::current_path().string();
  for (const char* folder : {"", ".", "conf/.."}) {
    const TargetsParse parse =
        ReadTargets(R"({"lambda": {"functions": {"f": {"command": ["./x"]}}}})", DocumentFormat::kJson, folder);
    const auto& command = std::get<CommandTarget>(parse.targets.functions.at("f").target);
    CHECK(command.directory == here);
    CHECK(command.command[0] == here + "/x");
  }
}

TEST_CASE("buckets are folders") {
  const TargetsParse parse = Read(R"({"s3": {"buckets": {"my-bucket": "./data", "abs": "/x/../y", "*": "buckets/"}}})");
  CHECK(parse.diagnostics.empty());
  CHECK(parse.targets.buckets ==
        BucketTargets{{"my-bucket", "/srv/app/data"}, {"abs", "/y"}, {"*", "/srv/app/buckets"}});
}

TEST_CASE("buckets are those of hosts") {
  const TargetsParse parse = Read(R"({"s3": {"buckets": {
    "local": "data",
    "remote": {"endpoint": "http://127.0.0.1:9000", "region": "eu-west-1", "bucket": "other-name", "profile": "dev"},
    "*": {"endpoint": "https://s3.us-east-1.amazonaws.com/"}}}})");
  CHECK(parse.diagnostics.empty());
  CHECK(parse.targets.buckets ==
        BucketTargets{{"local", "/srv/app/data"},
                      {"remote", S3EndpointTarget{"http://127.0.0.1:9000", "eu-west-1", "other-name", "dev"}},
                      {"*", S3EndpointTarget{"https://s3.us-east-1.amazonaws.com/", "us-east-1", "", ""}}});
}

TEST_CASE("what is wrong with a targets file, and where") {
  struct Case {
    std::string text;
    std::string rule, pointer;
    int line, column;
    std::string hint;  // part of it
  };
  const auto function = [](const std::string& fields) {
    return "{\"lambda\": {\"functions\": {\"f\":\n  {" + fields + "}}}}";
  };
  const std::string f = "/lambda/functions/f";
  const auto bucket = [](const std::string& fields) {
    return "{\"s3\": {\"buckets\": {\"abc\":\n  {" + fields + "}}}}";
  };
  const std::string b = "/s3/buckets/abc";
  for (const Case& c : std::vector<Case>{
           {"{\n \"lambda\": }", "invalid-json", "", 2, 12, ""},
           {"[]", "not-an-object", "", 1, 1, ""},
           {"null", "not-an-object", "", 1, 1, ""},
           {"{\"lamda\": {}}", "unknown-field", "/lamda", 1, 2, "did you mean 'lambda'?"},
           {"{\"x\": 1}", "unknown-field", "/x", 1, 2, "known here: $schema, lambda, s3"},
           {"{\"lambda\": []}", "bad-type", "/lambda", 1, 12, ""},
           {"{\"lambda\": {\"function\": {}}}", "unknown-field", "/lambda/function", 1, 13, "'functions'"},
           {"{\"lambda\": {\"functions\": []}}", "bad-type", "/lambda/functions", 1, 26, ""},
           {"{\"lambda\": {\"functions\": {\"f\": \"x\"}}}", "not-an-object", f, 1, 32, ""},
           {"{\"lambda\": {\"functions\": {\"f\": {\"endpoint\": \"http://a\"}, \"f\": {\"endpoint\": \"http://b\"}}}}",
            "duplicate-field", f, 1, 58, ""},
           {"{\"lambda\": {\"functions\": {\"arn:aws:lambda:us-east-1:1:function:f\": {\"endpoint\": \"http://a\"}}}}",
            "bad-function-name", "/lambda/functions/arn:aws:lambda:us-east-1:1:function:f", 1, 27, "the name alone"},
           {function(""), "function-without-target", f, 1, 27, "\"command\" or an \"endpoint\""},
           {function("\"idempotent\": true"), "function-without-target", f, 1, 27, ""},
           {function("\"command\": [\"x\"], \"endpoint\": \"http://a\""), "function-with-two-targets", f, 1, 27,
            "remove"},
           {function("\"comand\": [\"x\"], \"endpoint\": \"http://a\""), "unknown-field", f + "/comand", 2, 4,
            "'command'"},
           {function("\"command\": \"python3 x.py\""), "bad-type", f + "/command", 2, 15, ""},
           {function("\"command\": [\"x\", 1]"), "bad-type", f + "/command", 2, 15, ""},
           {function("\"command\": []"), "bad-command", f + "/command", 2, 15, "[\"python3\", \"handler.py\"]"},
           {function("\"command\": [\"\"]"), "bad-command", f + "/command", 2, 15, ""},
           {function("\"command\": [\"x\"], \"directory\": 1"), "bad-type", f + "/directory", 2, 35, ""},
           {function("\"command\": [\"x\"], \"environment\": {\"A\": 1}"), "bad-type", f + "/environment", 2, 37, ""},
           {function("\"command\": [\"x\"], \"environment\": {\"A=B\": \"\"}"), "bad-environment",
            f + "/environment/A=B", 2, 38, ""},
           {function("\"command\": [\"x\"], \"idempotent\": \"yes\""), "bad-type", f + "/idempotent", 2, 36, ""},
           {function("\"command\": [\"x\"], \"directory\": ${D}"), "bad-type", f + "/directory", 2, 35, ""},
           {function("\"endpoint\": \"http://a\", \"directory\": \".\""), "field-not-allowed", f + "/directory", 2, 28,
            ""},
           {function("\"endpoint\": \"http://a\", \"environment\": {}"), "field-not-allowed", f + "/environment", 2, 28,
            ""},
           {function("\"endpoint\": \"127.0.0.1:9001\""), "bad-endpoint", f + "/endpoint", 2, 16, "http://"},
           {function("\"endpoint\": \"http://\""), "bad-endpoint", f + "/endpoint", 2, 16, ""},
           {function("\"endpoint\": \"http:///x\""), "bad-endpoint", f + "/endpoint", 2, 16, ""},
           {function("\"endpoint\": \"http://a/?x=1\""), "bad-endpoint", f + "/endpoint", 2, 16, ""},
           {function("\"endpoint\": \"ftp://a\""), "bad-endpoint", f + "/endpoint", 2, 16, ""},
           {"{\"s3\": []}", "bad-type", "/s3", 1, 8, ""},
           {"{\"s3\": {\"bucket\": {}}}", "unknown-field", "/s3/bucket", 1, 9, "'buckets'"},
           {"{\"s3\": {\"buckets\": []}}", "bad-type", "/s3/buckets", 1, 20, ""},
           {"{\"s3\": {\"buckets\": {\"abc\": 1}}}", "bad-type", "/s3/buckets/abc", 1, 28, "\"./data\""},
           {"{\"s3\": {\"buckets\": {\"../x\": \".\"}}}", "bad-bucket-name", "/s3/buckets/..~1x", 1, 21, "or * for"},
           {"{\"s3\": {\"buckets\": {\"abc\": \"\"}}}", "bad-folder", "/s3/buckets/abc", 1, 28, "./data"},
           {bucket(""), "bucket-without-endpoint", b, 1, 21, "\"endpoint\", or a folder"},
           {bucket("\"endpoint\": 1"), "bad-type", b + "/endpoint", 2, 16, ""},
           {bucket("\"endpoint\": \"127.0.0.1:9000\""), "bad-endpoint", b + "/endpoint", 2, 16, "http://127"},
           {bucket("\"endpoint\": \"http://id:secret@a\""), "bad-endpoint", b + "/endpoint", 2, 16, "password"},
           {bucket("\"endpoint\": \"http://a\", \"regoin\": \"x\""), "unknown-field", b + "/regoin", 2, 28, "'region'"},
           {bucket("\"endpoint\": \"http://a\", \"region\": \"a/b\""), "bad-region", b + "/region", 2, 38, "us-east-1"},
           {bucket("\"endpoint\": \"http://a\", \"bucket\": \"..\""), "bad-bucket-name", b + "/bucket", 2, 38, "3 to"},
           {bucket("\"endpoint\": \"http://a\", \"profile\": \"\""), "bad-profile", b + "/profile", 2, 39,
            "environment"},
           {bucket("\"endpoint\": \"http://a\", \"secret\": \"x\""), "unknown-field", b + "/secret", 2, 28, "profile"},
           {"{\"s3\": {\"buckets\": {\"*\":\n  {\"endpoint\": \"http://a\", \"bucket\": \"abc\"}}}}", "bucket-for-all",
            "/s3/buckets/*/bucket", 2, 28, "remove"},
       }) {
    CAPTURE(c.text);
    const TargetsParse parse = Read(c.text);
    REQUIRE(parse.diagnostics.size() == 1);
    const Diagnostic& d = parse.diagnostics[0];
    CHECK(d.severity == Severity::kError);
    CHECK(d.rule == c.rule);
    CHECK(d.pointer == c.pointer);
    CHECK(d.position.line == c.line);
    CHECK(d.position.column == c.column);
    CHECK(d.hint.find(c.hint) != std::string::npos);
    CHECK_FALSE(d.message.empty());
  }
}

TEST_CASE("all that is wrong is found") {
  const TargetsParse parse = Read(R"({"lambda": {"functions": {
    "a": {"command": "x"}, "b": {}, "c": {"endpoint": "x", "idempotent": 1}, "d:1": {"command": ["y"]}}, "x": 1}})");
  std::set<std::string> rules;
  for (const Diagnostic& d : parse.diagnostics) rules.insert(d.rule);
  CHECK(parse.diagnostics.size() == 6);
  CHECK(rules == std::set<std::string>{"bad-endpoint", "bad-function-name", "bad-type", "function-without-target",
                                       "unknown-field"});
}

TEST_CASE("the schema has the fields that the reader knows") {
  const JsonParse schema = ParseJson(FileText("schemas/targets.schema.json"));
  REQUIRE(schema);
  for (const TargetObject& object : TargetObjects()) {
    CAPTURE(object.name);
    const std::string place = object.name.empty() ? "" : "/$defs/" + std::string(object.name);
    const Value* properties = ResolvePointer(*schema.value, place + "/properties");
    REQUIRE(properties != nullptr);
    std::set<std::string, std::less<>> in_schema, in_reader;
    for (const Member& m : properties->members()) in_schema.emplace(m.name());
    for (const TargetField& field : object.fields) in_reader.emplace(field.name);
    CHECK(in_schema == in_reader);
    CHECK_FALSE(ResolvePointer(*schema.value, place + "/additionalProperties")->as_bool());
  }
}

TEST_CASE("the documentation has the rules and the fields") {
  const std::string page = FileText("docs/targets.md");
  for (const TargetRule& rule : TargetRules()) {
    CAPTURE(rule.id);
    CHECK(page.find("| `" + std::string(rule.id) + "` | " + std::string(rule.summary) + " |") != std::string::npos);
  }
  for (const TargetObject& object : TargetObjects()) {
    for (const TargetField& field : object.fields) {
      CAPTURE(field.name);
      CHECK(page.find("`" + std::string(field.name) + "`") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace gait
