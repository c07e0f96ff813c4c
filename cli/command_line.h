// What a command takes on its command line. CLI11 reads it; the commands see this instead, since its headers take a
// compiler five seconds a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace gait::cli {

class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option& Required();
  // The value must be one of these.
  Option& OneOf(std::initializer_list<const char*> values);
  Option& NotNegative();
  Option& Between(double least, double most);
  // Gives what is wrong with a value, "" if nothing is.
  Option& Check(std::function<std::string(const std::string& value)> check);
  // Help and manual show the value that the variable has now.
  Option& ShowDefault();
  // The value comes from this variable of the environment where the command line has none.
  Option& FromEnvironment(const char* variable);
  Option& Needs(const Option& other);
  Option& Excludes(const Option& other);

  // Was it given? Once the command line is read.
  bool given() const;

 private:
  CLI::Option* option_;
};

class CommandLine {
 public:
  explicit CommandLine(CLI::App& app) : app_(app) {}

  // `--name`, or `NAME` of one that is given by its place. The variable keeps its value if it is not given; it must
  // live until the command has run.
  Option Add(const char* name, std::string& variable, const std::string& help);
  Option Add(const char* name, std::vector<std::string>& variable, const std::string& help);  // may be repeated
  Option Add(const char* name, size_t& variable, const std::string& help);
  Option Add(const char* name, int& variable, const std::string& help);
  Option Add(const char* name, int64_t& variable, const std::string& help);
  Option Add(const char* name, uint16_t& variable, const std::string& help);
  Option Add(const char* name, double& variable, const std::string& help);
  Option AddFlag(const char* name, bool& variable, const std::string& help);
  // A command of the command, of which one must be given: `gait mocks from-history`.
  CommandLine AddCommand(const char* name, const char* summary);

 private:
  CLI::App& app_;
};

}  // namespace gait::cli
