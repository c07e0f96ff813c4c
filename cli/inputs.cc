#include "cli/inputs.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "cli/command.h"
#include "cli/files.h"

namespace gait::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffixes[] = {".json", ".yaml", ".yml", ".asl", ".template", ".tf"};

bool IsBelow(const fs::path& path, const fs::path& folder) {
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

// Links and `..` resolved, as far as the path exists.
fs::path Resolved(const fs::path& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
  return resolved.has_filename() ? resolved : resolved.parent_path();
}

bool IsPassedOver(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.starts_with('.') || name == "node_modules" || fs::is_symlink(folder);
}

std::vector<fs::path> SortedEntries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(folder / it->path().filename());
  }
  if (error) throw UsageError("cannot read " + folder.string() + ": " + error.message());
  std::sort(entries.begin(), entries.end());
  return entries;
}

class Search {
 public:
  explicit Search(const fs::path& root) : root_(Resolved(root)) {}

  void AddFolder(const fs::path& folder) {
    for (const fs::path& entry : SortedEntries(folder)) {
      if (fs::is_directory(entry)) {
        if (!IsPassedOver(entry)) AddFolder(entry);
      } else if (HasSuffix(entry.string())) {
        AddFile(entry);
      }
    }
  }
  // What matches the parts of a pattern from `at` on, below `folder`.
  void AddMatches(const fs::path& folder, const std::vector<fs::path>& parts, size_t at) {
    const bool any_folders = parts[at] == "**";
    const bool is_last = at + 1 == parts.size();
    if (any_folders && !is_last) AddMatches(folder, parts, at + 1);
    const std::string pattern = any_folders ? "*" : parts[at].string();
    for (const fs::path& entry : SortedEntries(folder)) {
      if (fnmatch(pattern.c_str(), entry.filename().c_str(), FNM_PERIOD) != 0) continue;
      if (!fs::is_directory(entry)) {
        if (is_last) AddFile(entry);
      } else if (!IsPassedOver(entry)) {
        if (any_folders) AddMatches(entry, parts, at);
        if (!any_folders && !is_last) AddMatches(entry, parts, at + 1);
      }
    }
  }

  std::vector<std::string> Take() { return {found_.begin(), found_.end()}; }

 private:
  static bool HasSuffix(const std::string& name) {
    return std::any_of(std::begin(kSuffixes), std::end(kSuffixes), [&](auto s) { return name.ends_with(s); });
  }
  void AddFile(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error) || fs::file_size(file, error) > kInputBytesMax) return;
    if (fs::is_symlink(file) && !IsBelow(Resolved(file), root_)) return;
    std::string name = file.string();
    if (name.starts_with("./")) name.erase(0, 2);
    found_.insert(std::move(name));
  }

  fs::path root_;
  std::set<std::string> found_;
};

bool IsPattern(const std::string& argument) { return argument.find_first_of("*?[") != std::string::npos; }

std::vector<std::string> FilesOfPattern(const std::string& pattern) {
  fs::path folder;
  std::vector<fs::path> parts;
  for (const fs::path& part : fs::path(pattern)) {
    if (parts.empty() && !IsPattern(part.string())) {
      folder /= part;
    } else {
      parts.push_back(part);
    }
  }
  Search search(folder.empty() ? "." : folder);
  if (folder.empty() || fs::is_directory(folder)) search.AddMatches(folder, parts, 0);
  std::vector<std::string> files = search.Take();
  if (files.empty()) throw UsageError("no file matches " + pattern);
  return files;
}

}  // namespace

std::vector<Input> FindInputs(const std::vector<std::string>& arguments) {
  std::vector<Input> inputs;
  std::set<std::string> seen(arguments.begin(), arguments.end());
  for (const std::string& argument : arguments) {
    Input input{argument, false, {}};
    std::error_code error;
    if (argument != "-" && fs::is_directory(argument, error)) {
      Search search(argument);
      search.AddFolder(argument);
      input.files = search.Take();
    } else if (IsPattern(argument) && !fs::exists(argument, error)) {
      input.files = FilesOfPattern(argument);
    } else {
      input = {argument, true, {argument}};
      inputs.push_back(std::move(input));
      continue;
    }
    std::erase_if(input.files, [&](const std::string& file) { return !seen.insert(file).second; });
    inputs.push_back(std::move(input));
  }
  return inputs;
}

bool MatchesPattern(const std::string& pattern, const std::string& path) {
  const fs::path parts(pattern);
  const std::vector<fs::path> globs(parts.begin(), parts.end());
  const fs::path full(path);
  const std::vector<fs::path> names(full.begin(), full.end());
  const std::function<bool(size_t, size_t)> matches = [&](size_t glob, size_t name) {
    if (glob == globs.size()) return name == names.size();
    if (globs[glob] == "**") return matches(glob + 1, name) || (name < names.size() && matches(glob, name + 1));
    return name < names.size() && fnmatch(globs[glob].c_str(), names[name].c_str(), FNM_PERIOD) == 0 &&
           matches(glob + 1, name + 1);
  };
  return matches(0, 0);
}

templates::FileReader ReaderFor(const std::string& template_file) {
  return [template_file](const std::string& path) -> templates::OtherFile {
    std::error_code error;
    const fs::path resolved = Resolved(path);
    if (!IsBelow(resolved, Resolved(".")) && !IsBelow(resolved, Resolved(fs::path(template_file)).parent_path())) {
      return {std::nullopt, path + " is neither below the template's folder nor below the current one"};
    }
    if (!fs::exists(resolved, error)) return {std::nullopt, "there is no such file", true};
    if (!fs::is_regular_file(resolved, error)) return {std::nullopt, path + " is no file"};
    if (fs::file_size(resolved, error) > kInputBytesMax) return {std::nullopt, path + " is too large"};
    return {ReadFile(path, kInputBytesMax), ""};
  };
}

}  // namespace gait::cli
