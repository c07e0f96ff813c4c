// The command table, for what is made from it: help, completion, the manual.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <vector>

#include "cli/command.h"

namespace gait::cli {

std::span<const Command> Commands();

// Adds all commands to `app`; gives what each does, in the table's order.
std::vector<std::function<int()>> Configure(CLI::App& app);

}  // namespace gait::cli
