#include "cli/engine_options.h"

#include <cstdio>
#include <filesystem>

#include "cli/table.h"

namespace gait::cli {

void AddDatabaseOption(CLI::App& app, EngineFlags& flags) {
  app.add_option("--db", flags.database, "the database")->capture_default_str();
}

void AddServiceModelsOption(CLI::App& app, EngineFlags& flags) {
  app.add_option("--service-models", flags.service_models,
                 "a folder of botocore's service models, which mocked results are checked against; without it they are "
                 "looked for where botocore is installed");
}

void AddEngineOptions(CLI::App& app, EngineFlags& flags) {
  app.add_option("--targets", flags.targets, "the targets file: where each task's Resource goes");
  app.add_option("--mock-config", flags.mock_config,
                 "the mock configuration, as Step Functions Local's: which answers tasks get in which test case")
      ->envname("SFN_MOCK_CONFIG");
  app.add_option("--limits", flags.limits, "AWS's quotas on payloads, histories and variables, or none")
      ->check(CLI::IsMember({"aws", "off"}))
      ->capture_default_str();
  AddAccountOptions(app, flags);
}

void AddAccountOptions(CLI::App& app, EngineFlags& flags) {
  const auto made_of = [](size_t least, size_t most, const char* extra, const char* what) {
    return CLI::Validator(
        [=](const std::string& text) {
          const bool good =
              text.size() >= least && text.size() <= most && text.find_first_not_of(extra) == std::string::npos;
          return good ? "" : "'" + Printable(text) + "' is not " + what;
        },
        "");
  };
  app.add_option("--region", flags.region, "the region in ARNs")
      ->check(made_of(1, 64, "abcdefghijklmnopqrstuvwxyz0123456789-", "a region, as us-east-1"))
      ->capture_default_str();
  app.add_option("--account-id", flags.account_id, "the account in ARNs")
      ->check(made_of(12, 12, "0123456789", "an account: 12 digits"))
      ->capture_default_str();
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
