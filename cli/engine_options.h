// The options that most commands share: which database, which targets, whose account.
#pragma once

#include <memory>
#include <string>

#include "api/gait.hpp"
#include "cli/command.h"

namespace gait::cli {

inline constexpr const char* kDefaultDatabase = ".gait/gait.db";

struct EngineFlags {
  std::string database = kDefaultDatabase;
  bool ephemeral = false;
  std::string targets;
  std::string mock_config;
  std::string service_models;
  std::string limits = "aws";
  std::string clock = "real";
  std::string region = "us-east-1";
  std::string account_id = "123456789012";
};

// --db
void AddDatabaseOption(CommandLine& line, EngineFlags& flags);
// --region, --account-id: as they were when the database was written, or ARNs are not the same
void AddAccountOptions(CommandLine& line, EngineFlags& flags);
// --service-models
void AddServiceModelsOption(CommandLine& line, EngineFlags& flags);
// --targets, --mock-config, --limits, and those of the account
void AddEngineOptions(CommandLine& line, EngineFlags& flags);

// The engine's options; makes the default database's folder. What the engine logs goes to standard error.
EngineOptions ToEngineOptions(const EngineFlags& flags);

// A database that is only looked at. Throws UsageError if there is none.
std::unique_ptr<Engine> OpenToRead(const EngineFlags& flags);

}  // namespace gait::cli
