// gait lsp: a language server for editors, on standard input and output.
#include "lsp/server.h"

#include <csignal>
#include <iostream>

#include "api/gait.hpp"
#include "cli/command.h"

namespace gait::cli {

std::function<int()> ConfigureLsp(CommandLine& line) {
  auto stdio = std::make_shared<bool>(false);
  line.AddFlag("--stdio", *stdio, "on standard input and output: the only way, which some editors ask for");
  return [stdio] {
    std::signal(SIGPIPE, SIG_IGN);  // an editor that is gone shows when it is written to
    std::ios::sync_with_stdio(false);
    return lsp::Serve(std::cin, std::cout, std::cerr, std::string(Version()));
  };
}

}  // namespace gait::cli
