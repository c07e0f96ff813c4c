// Finding test files.
#pragma once

#include <string>
#include <vector>

namespace gait {

// Is it called as a test file is: NAME.test.json, .test.yaml, .test.yml?
bool IsTestFileName(const std::string& path);

struct FoundTests {
  std::vector<std::string> files;  // in the order of the arguments, those of one in the order of their paths; each once
  std::vector<std::string> folders;  // that were searched, and where more may appear
  std::vector<std::string> missing;  // arguments that name nothing
};

// What the arguments name: files, folders to be searched, patterns. None: the present folder is searched. Folders whose
// names begin with a dot, and node_modules, are not searched, nor are those that symbolic links lead to.
FoundTests FindTests(const std::vector<std::string>& arguments);

}  // namespace gait
