#include "templates/sources.h"

#include <doctest/doctest.h>

#include <map>

#include "states/state_table.h"

namespace gait::templates {
namespace {

using Files = std::map<std::string, std::string>;

// `machine TYPE file: rule line:column, ...` of each, a line each.
std::string Found(const std::string& file, const std::string& text, const Files& files = {}, bool named = true) {
  const FileReader reader = [&](const std::string& path) -> OtherFile {
    const auto it = files.find(path);
    if (it == files.end()) return {std::nullopt, "there is no such file", true};
    return {it->second, ""};
  };
  CompileOptions options;
  options.states = StateTypes();
  options.keep_placeholders = true;
  std::string out;
  for (const Source& source : FindSources(file, text, {reader, named})) {
    const char* type = !source.type ? "?" : *source.type == StateMachineType::kExpress ? "EXPRESS" : "STANDARD";
    out += (out.empty() ? "" : "\n") + (source.machine.empty() ? "-" : source.machine) + " " + type + " " +
           source.file + ":";
    for (const Diagnostic& d : Check(source, options)) {
      out += " " + d.rule + " " + std::to_string(d.position.line) + ":" + std::to_string(d.position.column);
    }
  }
  return out;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// A template with one machine M, in which the value of a Next names no state; `@` stands before it and is taken away.
struct Embedding {
  const char* what;
  const char* file;
  std::string text;
};

const std::string kHead = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n";
const std::string kSamHead = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n";
const std::string kStates = R"({"StartAt": "é", "States": {"é": {"Type": "Pass", "Next": @"Nowhere"}}})";

const Embedding kEmbeddings[] = {
    {"text of JSON", "t.json",
     R"({"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString":)"
     "\n \"" +
         Replaced(kStates, "\"", "\\\"") + "\"}}}}"},
    {"Fn::Join in JSON", "t.template.json",
     R"({"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString":
  {"Fn::Join": ["", ["{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"", {"Fn::GetAtt": ["F", "Arn"]},
    "\", \"Next\": @\"Nowhere\"}}}"]]}}}}})"},
    {"Fn::Join with line ends", "t.yaml",
     kHead + "      DefinitionString:\n        Fn::Join:\n        - \"\\n\"\n        - - '{\"StartAt\": \"A\",'\n"
             "          - '\"States\": {\"A\": {\"Type\": \"Pass\",'\n          - '  \"Next\": @\"Nowhere\"}}}'\n"},
    {"literal block", "t.yaml",
     kHead + "      DefinitionString: |\n        {\"StartAt\": \"A\", \"States\": {\n"
             "          \"A\": {\"Type\": \"Pass\",\n            \"Next\": @\"Nowhere\"}}}\n"},
    {"folded block", "t.yaml",
     kHead + "      DefinitionString: >-\n        {\"StartAt\": \"A\",\n\n        \"States\": {\n"
             "          \"A\": {\"Type\": \"Pass\",\n        \"Next\": @\"Nowhere\"}}}\n"},
    {"single quotes", "t.yaml", kHead + "      DefinitionString: '" + kStates + "'\n"},
    {"double quotes", "t.yaml", kHead + "      DefinitionString: \"" + Replaced(kStates, "\"", "\\\"") + "\"\n"},
    {"!Sub", "t.yaml",
     kHead + "      DefinitionString: !Sub |\n        {\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\",\n"
             "          \"Resource\": \"${AWS::Region}${!B}\", \"TimeoutSeconds\": ${AWS::AccountId}, \"Next\": "
             "@\"Nowhere\"}}}\n"
             "      DefinitionSubstitutions: {B: !Ref M}\n"},
    {"!Sub with a map", "t.yaml",
     kHead + "      DefinitionString: !Sub\n        - '{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\",\n"
             "          \"Resource\": \"${B}\", \"Next\": @\"Nowhere\"}}}'\n        - B: !GetAtt M.Arn\n"},
    {"a tag on a line of its own", "t.yaml",
     kHead + "      DefinitionString:\n        !Sub |\n        {\"StartAt\": \"A\", \"States\": {\n"
             "        \"A\": {\"Type\": \"Pass\",\n        \"Next\": @\"Nowhere\"}}}\n"},
    {"an object", "t.yaml",
     kSamHead + "      Definition:\n        StartAt: A\n        States:\n          A:\n"
                "            Type: Task\n            Resource: !GetAtt F.Arn\n            TimeoutSeconds: !Ref T\n     "
                "       Next: @Nowhere\n"},
    {"an object of JSON", "t.json",
     R"({"Resources": {"M": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Definition":)"
     "\n " +
         kStates + "}}}}"},
    {"Fn::ToJsonString", "t.yaml",
     kHead + "      DefinitionString:\n        Fn::ToJsonString:\n          StartAt: A\n"
             "          States: {A: {Type: Pass, Next: @Nowhere}}\n"},
    {"merge keys", "t.yaml",
     "X: &x {Type: Task, Resource: !Ref F}\n" + kSamHead +
         "      Definition:\n        StartAt: A\n"
         "        States:\n          A:\n            <<: *x\n            Next: @Nowhere\n"},
    {"the Serverless Framework", "serverless.yml",
     "service: s\nstepFunctions:\n  stateMachines:\n    M:\n      definition:\n        StartAt: A\n        States:\n   "
     "       A:\n"
     "            Type: Task\n            Resource: {Fn::GetAtt: [F, Arn]}\n            TimeoutSeconds: ${opt:t, "
     "${self:custom.t}}\n"
     "            Next: @Nowhere\n"},
    {"a Terraform plan", "plan.json",
     R"({"planned_values": {"root_module": {"child_modules": [{"resources": [{"address": "M", "mode": "managed",
  "type": "aws_sfn_state_machine", "values": {"definition": ")" +
         Replaced(kStates, "\"", "\\\"") + "\"}}]}]}}}"},
    {"a heredoc", "main.tf",
     "# x {\nresource \"aws_sfn_state_machine\" \"M\" {\n  name = \"${var.x}\"\n  definition = <<-EOF\n"
     "    {\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"${f[\"a\"].arn}\",\n"
     "      \"TimeoutSeconds\": ${var.t + 1}, \"Next\": @\"Nowhere\"}}}\n  EOF\n}\n"},
};

TEST_CASE("the position is the one in the file around the definition") {
  for (const Embedding& row : kEmbeddings) {
    for (const char* line_end : {"\n", "\r\n"}) {
      CAPTURE(row.what);
      std::string text = Replaced(row.text, "\n", line_end);
      const size_t at = text.find('@');
      text.erase(at, 1);
      const SourcePosition position = PositionOf(text, at);
      const std::string found = Found(row.file, text);
      CHECK(found.starts_with("M "));
      CHECK(found.ends_with(std::string(row.file) + ": dangling-transition " + std::to_string(position.line) + ":" +
                            std::to_string(position.column)));
      CHECK(Found(row.file, text, {}, /*named=*/false) == found);
    }
  }
}

const std::string kPass = R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}})";
const std::string kExpressOnly =  // what EXPRESS has not
    R"({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
 "TimeoutSeconds": 9, "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}}, "End": true}}})";

TEST_CASE("a template that is cut off anywhere") {
  for (const Embedding& row : kEmbeddings) {
    const std::string text = Replaced(row.text, "@", "");
    for (size_t size = 0; size < text.size(); ++size) {
      const std::string found = Found(row.file, text.substr(0, size));
      CHECK(found.find(row.file) != std::string::npos);  // something is said
    }
  }
}

TEST_CASE("files that lead to one another in a circle") {
  const Files files{{"a.yml", "- ${file(a.yml)}\n- ${file(a.yml)}\n"}};
  const std::string found = Found("serverless.yml", "stepFunctions: {stateMachines: \"${file(a.yml)}\"}", files);
  CHECK(found.find("definition-not-read") != std::string::npos);
}

TEST_CASE("more references, and deeper strings, than are looked at") {
  std::string many, deep;
  for (int i = 0; i < 100'000; ++i) many += "${x" + std::to_string(i) + "}", deep += "\"${";
  CHECK(Found("t.yaml", kHead + "      DefinitionString: '{\"" + many + "\": 1}'\n")
            .find("undefined-substitution 5:27") != std::string::npos);
  CHECK(Found("main.tf", "aws_sfn_state_machine StartAt States " + deep) == "- ? main.tf: no-state-machine 1:1");
}

TEST_CASE("types") {
  CHECK(Found("t.yaml", kHead + "      StateMachineType: EXPRESS\n      DefinitionString: '" + kPass + "'\n") ==
        "M EXPRESS t.yaml:");
  CHECK(Found("t.yaml", kSamHead + "      Type: EXPRESS\n      DefinitionUri: d.asl.json\n",
              {{"d.asl.json", kExpressOnly}}) == "M EXPRESS d.asl.json: not-for-express 1:63");
  CHECK(Found("t.yaml", "Parameters: {T: {Default: EXPRESS}}\n" + kSamHead +
                            "      Type: !Ref T\n      Definition: " + kPass) == "M EXPRESS t.yaml:");
  CHECK(Found("t.yaml", kSamHead + "      Type: !Ref T\n      Definition: " + kPass) == "M ? t.yaml:");
  CHECK(Found("serverless.yml", "stepFunctions: {stateMachines: {a: {type: EXPRESS, definition: " + kPass + "}}}") ==
        "a EXPRESS serverless.yml:");
}

TEST_CASE("definitions in files beside the template") {
  const Files files{
      {"infra/src/d.asl.json", kPass},
      {"infra/m.yml", "b: {definition: " + kPass + "}\n"},
      {"infra/t.yaml", ""},
      {"infra/loop.yml", "stateMachines: ${file(loop.yml):stateMachines}"},
      {"infra/d.tftpl", R"({"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${n}, "Next": "B"}}})"}};
  const auto sam = [&](const std::string& uri) {
    return Found("infra/t.yaml", kSamHead + "      DefinitionUri: " + uri + "\n", files);
  };
  const std::string here = "M STANDARD infra/t.yaml: ";
  CHECK(sam("./src/d.asl.json") == "M STANDARD infra/src/d.asl.json:");
  CHECK(sam("src/missing.asl.json") == here + "definition-not-found 5:22");
  CHECK(sam("t.yaml") == here + "definition-not-read 5:22");
  CHECK(sam("s3://bucket/key") == here + "definition-not-read 5:7");
  CHECK(sam("{Bucket: b, Key: k}") == here + "definition-not-read 5:7");
  CHECK(sam("!Ref Uri") == here + "definition-not-read 5:7");
  const auto serverless = [&](const std::string& text) { return Found("infra/serverless.yml", text, files); };
  CHECK(serverless("stepFunctions:\n  stateMachines: ${file(m.yml)}\n") == "b STANDARD infra/m.yml:");
  CHECK(serverless("stepFunctions:\n  stateMachines:\n    a:\n      definition: ${file(src/d.asl.json)}\n") ==
        "a STANDARD infra/src/d.asl.json:");
  CHECK(serverless("stepFunctions:\n  stateMachines:\n    a: ${file(m.yml):b}\n    c: ${file(m.yml):d.e}\n") ==
        "a STANDARD infra/m.yml:\nc ? infra/serverless.yml: definition-not-read 4:8");
  CHECK(serverless("stepFunctions: ${file(loop.yml)}\n") == "- ? infra/loop.yml: definition-not-read 1:16");
  const std::string self = "custom: {x: {m: {definition: " + kPass + "}}}\nstepFunctions:\n  stateMachines:\n    a: ";
  CHECK(serverless(self + "${self:custom.x.m}\n") == "a STANDARD infra/serverless.yml:");
  CHECK(serverless(self + "${self:custom.x.${opt:stage}}\n") == "a ? infra/serverless.yml: definition-not-read 4:8");
  CHECK(serverless(self + "{definition: \"${self:stepFunctions.stateMachines.a.definition}\"}\n")
            .find("definition-not-read 4:21") != std::string::npos);
  CHECK(
      serverless(Replaced(self, "\"Pass\"", "\"Task\", \"Resource\": \"arn:aws:lambda:#{AWS::Region}:1:function:f\"") +
                 "${self:custom.x.m}\n") == "a STANDARD infra/serverless.yml:");
  CHECK(serverless("stepFunctions: {stateMachines: ['${file(serverless.yml)}']}") ==
        "- ? infra/serverless.yml: definition-not-found 1:33");
  const auto terraform = [&](const std::string& expression) {
    return Found(
        "infra/main.tf",
        "resource \"aws_sfn_state_machine\" \"m\" {\n  type = \"EXPRESS\"\n  definition = " + expression + "\n}\n",
        files);
  };
  CHECK(terraform(R"(templatefile("${path.module}/d.tftpl", { n = var.n }))") ==
        "m EXPRESS infra/d.tftpl: dangling-transition 1:76");
  CHECK(terraform(R"(file("src/d.asl.json"))") == "m EXPRESS infra/src/d.asl.json:");
  CHECK(terraform(R"(jsonencode({ StartAt = "A" }))") == "m EXPRESS infra/main.tf: definition-not-read 3:16");
  CHECK(terraform(R"(file("${var.x}.json"))") == "m EXPRESS infra/main.tf: definition-not-read 3:21");
  CHECK(terraform("<<EOF\n%{ if x }{}%{ endif }\nEOF") == "m EXPRESS infra/main.tf: definition-not-read 3:16");
}

TEST_CASE("what a deployment alone knows is told, and no error") {
  const auto text = [](const std::string& definition) {
    return Found("t.yaml", kHead + "      DefinitionString: " + definition + "\n");
  };
  CHECK(text("!If [C, '{}', '{}']") == "M STANDARD t.yaml: definition-not-read 5:7");
  CHECK(text("!Join ['', !Ref Parts]") == "M STANDARD t.yaml: definition-not-read 5:7");
  CHECK(text("!Sub '${Definition}'") == "M STANDARD t.yaml: definition-not-read 5:7");
  CHECK(Found("t.yaml", kSamHead + "      Definition:\n        Fn::Transform: {Name: AWS::Include}\n") ==
        "M STANDARD t.yaml: definition-not-read 5:7");
  CHECK(Found("t.yaml", kSamHead + "      Definition:\n        StartAt: A\n        States:\n          Fn::Transform: "
                                   "{Name: AWS::Include}\n") == "M STANDARD t.yaml:");
  CHECK(Found("t.yaml", kSamHead + "      Role: x\n") == "M STANDARD t.yaml: definition-not-read 4:5");
  CHECK(
      Found(
          "plan.json",
          R"({"resource_changes": [{"address": "a", "type": "aws_sfn_state_machine", "change": {"after": {"name": "n"}}},
  {"address": "gone", "type": "aws_sfn_state_machine", "change": {"after": null}}]})") ==
      "a STANDARD plan.json: definition-not-read 1:84");
}

TEST_CASE("substitutions") {
  const auto with = [](const std::string& substitutions, const std::string& resource) {
    return Found("t.yaml",
                 "Parameters: {Param: {Type: String}}\n" + kSamHead +
                     "      DefinitionSubstitutions: " + substitutions +
                     "\n      Definition:\n        StartAt: A\n        States: {A: {Type: Task, End: true, Resource: " +
                     resource + "}}\n");
  };
  const std::string ok = "M STANDARD t.yaml:";
  CHECK(with("{Fn: !Ref F}", "'${Fn}'") == ok);
  CHECK(Found("t.yaml", kSamHead +
                            "      DefinitionSubstitutions: {N: !Ref N}\n      Definition:\n        StartAt: A\n" +
                            "        States:\n          A:\n            Type: Wait\n            End: true\n" +
                            "            Seconds: ${N}\n") == ok);
  CHECK(with("{}", "'${Fn}'") == ok + " undefined-substitution 9:56");
  CHECK(with("{Func: !Ref F}", "'${Fun}'") == ok + " undefined-substitution 9:56");  // and Func is not told as unused
  CHECK(with("{}", "'arn:${Fn}'").starts_with(ok + " undefined-substitution 9:60"));
  CHECK(with("{Fn: !Ref F}", "!Sub '${!Fn}'") == ok);
  CHECK(with("{}", "!Sub '${Param}${AWS::Region}${M.Arn}'") == ok);
  CHECK(with("{}", "!Sub '${Parm}'") == ok + " undefined-substitution 9:61");
  CHECK(with("{}", "!Sub ['${v}', {v: 1}]") == ok);
  CHECK(with("{Fn: !Ref F, Other: 1}", "'${Fn}'") == ok + " unused-substitution 6:45");
  CHECK(with("!If [C, {}, {}]", "'${Fn}'") == ok);
  CHECK(with("{Fn: nothing}", "'${Fn}'") == ok + " invalid-resource 9:55");  // the value is known
  CHECK(with("{Fn: '{{resolve:ssm:fn}}'}", "'${Fn}'") == ok);
  // A shell's, or a policy's.
  CHECK(
      with("{}", "arn:aws:states:::lambda:invoke, Parameters: {FunctionName: 'echo ${x}', P: '${HOME} ${aws:name}'}") ==
      ok);
  // SAM makes resources of its own, and a macro makes any.
  const auto transformed = [&](const std::string& transform, const std::string& name) {
    return Found("t.yaml",
                 "Transform: " + transform + "\n" + kSamHead + "      Definition: " +
                     Replaced(kPass, "\"Pass\"", "\"Task\", \"Resource\": {\"Fn::Sub\": \"${" + name + "}\"}") + "\n");
  };
  CHECK(transformed("AWS::Serverless-2016-10-31", "MRole.Arn") == ok);
  CHECK(transformed("AWS::Serverless-2016-10-31", "Other.Arn") == ok + " undefined-substitution 6:94");
  CHECK(transformed("[AWS::Serverless-2016-10-31, Macro]", "Other.Arn") == ok);
  // What is put into a file is told of the file; what is not, of the template.
  CHECK(Found("t.yaml", kSamHead + "      DefinitionUri: d.asl.json\n      DefinitionSubstitutions: {Other: !Ref T}\n",
              {{"d.asl.json", Replaced(kPass, "\"Pass\"", "\"Task\", \"Resource\": \"${Tabel}\"")}}) ==
        "M STANDARD t.yaml: unused-substitution 6:33\nM STANDARD d.asl.json: undefined-substitution 1:64");
}

TEST_CASE("files that are definitions themselves, and files that are nothing") {
  CHECK(Found("a.asl.json", kPass) == "- ? a.asl.json:");
  CHECK(Found("a.json", kPass, {}, /*named=*/false) == "- ? a.json:");
  CHECK(Found("a.yaml", "StartAt: A\nStates: {A: {Type: Succeed}}\n", {}, /*named=*/false) == "- ? a.yaml:");
  CHECK(Found("-", "StartAt: A\nStates: {A: {Type: Succeed}}\n") == "- ? -:");
  CHECK(Found("-", kPass) == "- ? -:");
  const std::string none = "Resources: {T: {Type: AWS::SNS::Topic}}\n";
  CHECK(Found("t.yaml", none) == "- ? t.yaml: no-state-machine 1:1");
  CHECK(Found("t.yaml", none, {}, /*named=*/false) == "");
  CHECK(Found("main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n") == "- ? main.tf: no-state-machine 1:1");
  CHECK(Found("x.json", "[1]") == "- ? x.json: no-state-machine 1:1");
  CHECK(Found("x.json", "{,}") == "- ? x.json: invalid-json 1:2");
  CHECK(Found("x.json", "{,}", {}, /*named=*/false) == "");
  CHECK(Found("x.json", "{\"StartAt\": States}", {}, /*named=*/false) == "- ? x.json: definition-not-read 1:13");
}

}  // namespace
}  // namespace gait::templates
