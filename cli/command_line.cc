#include "cli/command_line.h"

#include <CLI/CLI.hpp>

namespace gait::cli {

Option& Option::Required() {
  option_->required();
  return *this;
}

Option& Option::OneOf(std::initializer_list<const char*> values) {
  option_->check(CLI::IsMember(std::vector<std::string>(values.begin(), values.end())));
  return *this;
}

Option& Option::NotNegative() {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

Option& Option::Between(double least, double most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Option& Option::Check(std::function<std::string(const std::string& value)> check) {
  option_->check(CLI::Validator([check = std::move(check)](const std::string& value) { return check(value); }, ""));
  return *this;
}

Option& Option::ShowDefault() {
  option_->capture_default_str();
  return *this;
}

Option& Option::FromEnvironment(const char* variable) {
  option_->envname(variable);
  return *this;
}

Option& Option::Needs(const Option& other) {
  option_->needs(other.option_);
  return *this;
}

Option& Option::Excludes(const Option& other) {
  option_->excludes(other.option_);
  return *this;
}

bool Option::given() const { return !option_->empty(); }

Option CommandLine::Add(const char* name, std::string& variable, const std::string& help) {
  return Option(app_.add_option(name, variable, help));
}

Option CommandLine::Add(const char* name, std::vector<std::string>& variable, const std::string& help) {
  return Option(app_.add_option(name, variable, help)->take_all());
}

Option CommandLine::Add(const char* name, size_t& variable, const std::string& help) {
  return Option(app_.add_option(name, variable, help));
}

Option CommandLine::Add(const char* name, int& variable, const std::string& help) {
  return Option(app_.add_option(name, variable, help));
}

Option CommandLine::Add(const char* name, int64_t& variable, const std::string& help) {
  return Option(app_.add_option(name, variable, help));
}

Option CommandLine::Add(const char* name, uint16_t& variable, const std::string& help) {
  return Option(app_.add_option(name, variable, help));
}

Option CommandLine::Add(const char* name, double& variable, const std::string& help) {
  return Option(app_.add_option(name, variable, help));
}

Option CommandLine::AddFlag(const char* name, bool& variable, const std::string& help) {
  return Option(app_.add_flag(name, variable, help));
}

CommandLine CommandLine::AddCommand(const char* name, const char* summary) {
  app_.require_subcommand(1);
  return CommandLine(*app_.add_subcommand(name, summary));
}

}  // namespace gait::cli
