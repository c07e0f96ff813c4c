#include "testing/watch.h"

#include <poll.h>
#include <sys/inotify.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "engine/base/check.h"
#include "testing/find_tests.h"

namespace gait {
namespace {

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
constexpr int kQuietMs = 50;

std::string FolderOf(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().lexically_normal().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

FileWatch::FileWatch(const std::vector<std::string>& files, const std::vector<std::string>& folders)
    : inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!inotify_) throw EnvironmentError(std::string("cannot watch files: ") + std::strerror(errno));
  const auto add = [&](const std::string& folder) {
    const int watch = inotify_add_watch(inotify_.get(), folder.c_str(), kEvents);
    if (watch >= 0) {
      folders_[watch] = folder;
    } else if (errno != ENOENT && errno != ENOTDIR) {
      throw EnvironmentError("cannot watch " + folder + ": " + std::strerror(errno) +
                             "; sysctl fs.inotify.max_user_watches says how many folders may be");
    }
  };
  for (const std::string& folder : folders) {
    const std::string normal = std::filesystem::path(folder).lexically_normal().string();
    searched_folders_.insert(normal);
    add(normal);
  }
  // Their folders, for who saves a file may put another in its place.
  for (const std::string& file : files) {
    const std::string folder = FolderOf(file);
    files_.insert(folder + "/" + std::filesystem::path(file).filename().string());
    add(folder);
  }
}

void FileWatch::Wait() {
  bool changed = false;
  for (;;) {
    pollfd poller{inotify_.get(), POLLIN, 0};
    const int ready = poll(&poller, 1, changed ? kQuietMs : -1);
    if (ready < 0 && errno != EINTR) throw EnvironmentError(std::string("cannot watch files: ") + std::strerror(errno));
    if (ready == 0) return;
    if (ready > 0 && TakeEvents()) changed = true;
  }
}

// Was one of the files among them?
bool FileWatch::TakeEvents() {
  alignas(inotify_event) char buffer[16'384];
  bool changed = false;
  for (;;) {
    const ssize_t size = read(inotify_.get(), buffer, sizeof buffer);
    if (size <= 0) return changed;
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      if ((event->mask & IN_Q_OVERFLOW) != 0) changed = true;
      const auto folder = folders_.find(event->wd);
      if (folder == folders_.end() || event->len == 0) continue;
      const std::string name = event->name;
      const bool is_folder = (event->mask & IN_ISDIR) != 0;
      const bool created = (event->mask & IN_CREATE) != 0;  // a file is looked at when it has been written
      const bool searched = searched_folders_.contains(folder->second);
      changed = changed || (is_folder ? searched && !name.starts_with('.')
                                      : !created && (files_.contains(folder->second + "/" + name) ||
                                                     (searched && IsTestFileName(name))));
    }
  }
}

}  // namespace gait
