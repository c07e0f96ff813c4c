#include "cli/engine_options.h"

#include <cstdio>
#include <filesystem>

#include "cli/table.h"

namespace gait::cli {

void AddDatabaseOption(CommandLine& line, EngineFlags& flags) {
  line.Add("--db", flags.database, "the database").ShowDefault();
}

void AddServiceModelsOption(CommandLine& line, EngineFlags& flags) {
  line.Add("--service-models", flags.service_models,
           "a folder of botocore's service models, which mocked results are checked against; without it they are "
           "looked for where botocore is installed");
}

void AddEngineOptions(CommandLine& line, EngineFlags& flags) {
  line.Add("--targets", flags.targets, "the targets file: where each task's Resource goes");
  line.Add("--mock-config", flags.mock_config,
           "the mock configuration, as Step Functions Local's: which answers tasks get in which test case")
      .FromEnvironment("SFN_MOCK_CONFIG");
  line.Add("--limits", flags.limits, "AWS's quotas on payloads, histories and variables, or none")
      .OneOf({"aws", "off"})
      .ShowDefault();
  AddAccountOptions(line, flags);
}

void AddAccountOptions(CommandLine& line, EngineFlags& flags) {
  const auto made_of = [](size_t least, size_t most, const char* extra, const char* what) {
    return [=](const std::string& text) {
      const bool good =
          text.size() >= least && text.size() <= most && text.find_first_not_of(extra) == std::string::npos;
      return good ? "" : "'" + Printable(text) + "' is not " + what;
    };
  };
  line.Add("--region", flags.region, "the region in ARNs")
      .Check(made_of(1, 64, "abcdefghijklmnopqrstuvwxyz0123456789-", "a region, as us-east-1"))
      .ShowDefault();
  line.Add("--account-id", flags.account_id, "the account in ARNs")
      .Check(made_of(12, 12, "0123456789", "an account: 12 digits"))
      .ShowDefault();
}

EngineOptions ToEngineOptions(const EngineFlags& flags) {
  EngineOptions options;
  if (!flags.ephemeral) {
    options.database = flags.database;
    if (flags.database == kDefaultDatabase) {
      std::error_code error;
      std::filesystem::create_directories(std::filesystem::path(flags.database).parent_path(), error);
      if (error) throw UsageError("cannot make the folder of " + flags.database + ": " + error.message());
    }
  }
  options.targets_file = flags.targets;
  options.mock_config_file = flags.mock_config;
  options.service_models = flags.service_models;
  options.aws_limits = flags.limits == "aws";
  options.virtual_clock = flags.clock == "virtual";
  options.region = flags.region;
  options.account_id = flags.account_id;
  options.log = [](std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  };
  return options;
}

std::unique_ptr<Engine> OpenToRead(const EngineFlags& flags) {
  if (!std::filesystem::exists(flags.database)) {
    throw UsageError("there is no database " + flags.database + "; name one with --db");
  }
  EngineOptions options = ToEngineOptions(flags);
  options.read_only = true;
  return std::make_unique<Engine>(std::move(options));
}

}  // namespace gait::cli
