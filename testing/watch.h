// Waiting until one of a set of files changes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "integrations/unique_fd.h"

namespace gait {

// Watches from when it is made. One thread.
class FileWatch {
 public:
  // `files` may not exist yet. In `folders` every test file counts, also one that is new. Throws EnvironmentError where
  // the system cannot watch.
  FileWatch(const std::vector<std::string>& files, const std::vector<std::string>& folders);

  // Returns when one of them was written, made, moved or removed, and nothing has happened to them for a while after
  // that: editors and version control change several at once.
  void Wait();

 private:
  bool TakeEvents();

  UniqueFd inotify_;
  std::map<int, std::string> folders_;      // by the watch
  std::set<std::string> files_;             // FOLDER/NAME
  std::set<std::string> searched_folders_;  // in which new test files count
};

}  // namespace gait
