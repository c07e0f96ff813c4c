#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "bench/bench.h"

namespace gait::bench {

std::string DefinitionFile(const std::string& name) {
  return GAIT_SOURCE_DIR "/bench/definitions/" + name + ".asl.json";
}

std::string Definition(const std::string& name) {
  std::ifstream file(DefinitionFile(name));
  std::ostringstream text;
  if (!(text << file.rdbuf())) throw std::runtime_error("cannot read " + DefinitionFile(name));
  return text.str();
}

std::string ProgramFolder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path().string(); }

}  // namespace gait::bench
