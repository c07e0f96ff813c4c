#include "testing/find_tests.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace gait {
namespace {

namespace fs = std::filesystem;

void Search(const fs::path& folder, FoundTests& found, std::vector<std::string>& files) {
  found.folders.push_back(folder.string());
  std::error_code error;
  fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    if (it->is_directory(ignored)) {
      if (name.starts_with('.') || name == "node_modules") {
        it.disable_recursion_pending();
      } else if (!it->is_symlink(ignored)) {
        found.folders.push_back(it->path().string());
      }
    } else if (IsTestFileName(name)) {
      files.push_back(it->path().lexically_normal().string());
    }
  }
}

std::vector<std::string> Expand(const std::string& pattern) {
  glob_t matches{};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), 0, nullptr, &matches) == 0) {
    for (size_t i = 0; i < matches.gl_pathc; ++i) paths.emplace_back(matches.gl_pathv[i]);
  }
  globfree(&matches);
  return paths;
}

}  // namespace

bool IsTestFileName(const std::string& path) {
  return path.ends_with(".test.json") || path.ends_with(".test.yaml") || path.ends_with(".test.yml");
}

FoundTests FindTests(const std::vector<std::string>& arguments) {
  FoundTests found;
  std::set<std::string> known;
  const auto add = [&](std::vector<std::string> files) {
    std::sort(files.begin(), files.end());
    for (std::string& file : files) {
      if (known.insert(file).second) found.files.push_back(std::move(file));
    }
  };
  const auto add_path = [&](const std::string& path) {
    std::error_code error;
    std::vector<std::string> files;
    if (fs::is_directory(path, error)) {
      Search(path, found, files);
    } else {
      files.push_back(fs::path(path).lexically_normal().string());
    }
    add(std::move(files));
  };
  if (arguments.empty()) add_path(".");
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (fs::exists(argument, error)) {
      add_path(argument);
      continue;
    }
    const std::vector<std::string> paths = Expand(argument);
    if (paths.empty()) found.missing.push_back(argument);
    for (const std::string& path : paths) add_path(path);
  }
  return found;
}

}  // namespace gait
