#include "integrations/s3_folder_memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "engine/base/md5.h"

namespace gait {
namespace {

constexpr size_t kChunkBytes = 65'536;  // is read at a time
// The coarsest clock that a file system in use has (FAT's).
constexpr int64_t kSettledNs = 2'000'000'000;

int64_t Nanoseconds(const timespec& t) { return t.tv_sec * 1'000'000'000 + t.tv_nsec; }

bool IsFolder(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status;
  return fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

FileState::FileState(const struct stat& status)
    : device(status.st_dev),
      inode(status.st_ino),
      size(status.st_size),
      modified_ns(Nanoseconds(status.st_mtim)),
      changed_ns(Nanoseconds(status.st_ctim)) {}

bool FileState::settled() const {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  return Nanoseconds(now) - changed_ns > kSettledNs;
}

S3Refusal FolderFailure(int error) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  return denied ? S3Refusal{"AccessDenied", "Access Denied", 403}
                : S3Refusal{"InternalError", "The bucket's folder: " + std::string(std::strerror(error)), 500};
}

S3Result<std::shared_ptr<const S3FolderMemory::Names>> S3FolderMemory::NamesIn(int folder,
                                                                               bool (*is_part)(std::string_view)) {
  struct stat status;
  if (fstat(folder, &status) != 0) return FolderFailure(errno);
  const FileState state(status);
  const bool settled = state.settled();  // asked before it is read
  if (auto known = names_.Find(state)) return *std::move(known);
  // A descriptor of its own, at the beginning, for closedir closes it.
  const int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* entries = own < 0 ? nullptr : fdopendir(own);
  if (entries == nullptr) {
    const int error = errno;
    if (own >= 0) close(own);
    return FolderFailure(error);
  }
  auto names = std::make_shared<Names>();
  while (const dirent* entry = readdir(entries)) {
    // What is neither file nor folder is found out when it is opened.
    if (is_part(entry->d_name)) names->push_back(std::string(entry->d_name) + (IsFolder(folder, *entry) ? "/" : ""));
  }
  closedir(entries);
  std::sort(names->begin(), names->end());
  if (settled) names_.Put(state, names, names->size() + 1);
  return std::shared_ptr<const Names>(std::move(names));
}

S3Result<std::string> S3FolderMemory::ETagOf(int file, const FileState& state) {
  if (auto known = etags_.Find(state)) return *std::move(known);
  const bool settled = state.settled();
  Md5 md5;
  std::string bytes(kChunkBytes, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = pread(file, bytes.data(), bytes.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FolderFailure(errno);
    if (got == 0) break;
    md5.Add({bytes.data(), static_cast<size_t>(got)});
    at += got;
  }
  std::string etag = "\"" + md5.Hex() + "\"";
  if (settled) etags_.Put(state, etag, 1);
  return etag;
}

}  // namespace gait
