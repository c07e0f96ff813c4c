// Reading what the command line names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gait::cli {

// The bytes of a file, or of standard input for "-". Throws UsageError if it cannot be read, or has more than
// `bytes_max`.
std::string ReadFile(const std::string& path, size_t bytes_max);

// JSON given as text, as @FILE, or as - for standard input.
std::string ReadJsonArgument(const std::string& argument, size_t bytes_max);

// `NAME=VALUE` pairs, and a file of them: a JSON or YAML object, or lines of NAME=VALUE.
using Substitutions = std::map<std::string, std::string, std::less<>>;
Substitutions ReadSubstitutions(const std::vector<std::string>& pairs, const std::string& file);

// `orders` for `samples/orders.asl.json`: what a state machine is called whose definition stands in the file.
std::string StateMachineNameOf(std::string_view path);

}  // namespace gait::cli
