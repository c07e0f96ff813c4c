#include "integrations/s3_folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>

#include "engine/base/md5.h"

namespace gait {
namespace {

constexpr size_t kKeyBytesMax = 1024;   // S3's
constexpr size_t kChunkBytes = 65'536;  // is read at a time
// What an object is called while it is written: in its own folder, for a file cannot be renamed over to another disk.
constexpr std::string_view kUnfinished = ".gait-upload-";

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// Not to wait for who writes into a pipe.
constexpr int kFileFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

S3Refusal NoSuchBucket() { return {"NoSuchBucket", "The specified bucket does not exist", 404}; }
S3Refusal NoSuchKey() { return {"NoSuchKey", "The specified key does not exist.", 404}; }
S3Refusal Failure(int error) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  return denied ? S3Refusal{"AccessDenied", "Access Denied", 403}
                : S3Refusal{"InternalError", "The bucket's folder: " + std::string(std::strerror(error)), 500};
}

bool IsMissing(int error) {
  // ELOOP: a symbolic link. ENXIO: a socket.
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENXIO || error == ENAMETOOLONG;
}

bool IsPart(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string_view::npos &&
         !part.starts_with(kUnfinished);
}

// The parts of a key; empty if no file has it.
std::vector<std::string> PartsOf(std::string_view key) {
  std::vector<std::string> parts;
  if (key.size() > kKeyBytesMax) return {};
  for (size_t from = 0; from <= key.size();) {
    const size_t end = std::min(key.find('/', from), key.size());
    if (!IsPart(key.substr(from, end - from))) return {};
    parts.emplace_back(key.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

// The folder that the last part of a key is in.
UniqueFd OpenFolder(UniqueFd folder, const std::vector<std::string>& parts, bool create) {
  for (size_t i = 0; i + 1 < parts.size() && folder; ++i) {
    if (create && mkdirat(folder.get(), parts[i].c_str(), 0777) != 0 && errno != EEXIST) return UniqueFd();
    folder = UniqueFd(openat(folder.get(), parts[i].c_str(), kFolderFlags | O_NOFOLLOW));
  }
  return folder;
}

Timestamp ModifiedAt(const struct stat& status) {
  return {status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000};
}

S3Result<S3Object> OpenObject(const UniqueFd& folder, const char* name) {
  UniqueFd file(openat(folder.get(), name, kFileFlags));
  if (!file) return IsMissing(errno) ? NoSuchKey() : Failure(errno);
  struct stat status;
  if (fstat(file.get(), &status) != 0) return Failure(errno);
  if (!S_ISREG(status.st_mode)) return NoSuchKey();
  return S3Object(std::move(file), status.st_size, ModifiedAt(status));
}

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Goes through a bucket in the order of the keys.
class Listing {
 public:
  Listing(std::string_view prefix, std::string_view after, size_t most) : prefix_(prefix), after_(after), most_(most) {}

  // `path` is "" or ends with a slash. False when there is no need to go on.
  bool Visit(UniqueFd folder, const std::string& path) {
    // The names of folders with their slash: `a.txt` comes before `a/b`.
    std::vector<std::string> names;
    const int own = dup(folder.get());
    DIR* entries = own < 0 ? nullptr : fdopendir(own);
    if (entries == nullptr) return Fail(errno);
    while (const dirent* entry = readdir(entries)) {
      if (!IsPart(entry->d_name)) continue;
      struct stat status;
      if (fstatat(folder.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;  // it has just gone
      if (S_ISDIR(status.st_mode)) names.push_back(std::string(entry->d_name) + "/");
      if (S_ISREG(status.st_mode)) names.emplace_back(entry->d_name);
    }
    closedir(entries);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      const std::string key = path + name;
      const bool more = name.back() == '/' ? VisitFolder(folder, name, key) : VisitObject(folder, name, key);
      if (!more) return false;
    }
    return true;
  }

  S3Result<S3Page> Take() {
    if (failure_) return *failure_;
    return std::move(page_);
  }

 private:
  bool VisitFolder(const UniqueFd& parent, const std::string& name, const std::string& path) {
    if (!path.starts_with(prefix_) && !prefix_.starts_with(path)) return true;
    if (path < after_ && !after_.starts_with(path)) return true;
    UniqueFd folder(openat(parent.get(), name.c_str(), kFolderFlags | O_NOFOLLOW));
    if (!folder) return IsMissing(errno) || Fail(errno);
    return Visit(std::move(folder), path);
  }

  bool VisitObject(const UniqueFd& folder, const std::string& name, const std::string& key) {
    if (!key.starts_with(prefix_) || key <= after_) return true;
    if (page_.objects.size() == most_) {
      page_.truncated = true;
      return false;
    }
    auto opened = OpenObject(folder, name.c_str());
    auto* object = std::get_if<S3Object>(&opened);
    if (object == nullptr) {
      if (std::get<S3Refusal>(opened).status == 404) return true;
      failure_ = std::get<S3Refusal>(opened);
      return false;
    }
    auto etag = object->ETag();
    if (auto* refusal = std::get_if<S3Refusal>(&etag)) {
      failure_ = *refusal;
      return false;
    }
    page_.objects.push_back({key, object->size(), object->last_modified(), std::get<std::string>(etag)});
    return true;
  }

  bool Fail(int error) {
    failure_ = Failure(error);
    return false;
  }

  const std::string_view prefix_, after_;
  const size_t most_;
  S3Page page_;
  std::optional<S3Refusal> failure_;
};

}  // namespace

bool IsBucketName(std::string_view name) {
  const auto allowed = [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  };
  return name.size() >= 3 && name.size() <= 63 && name[0] != '.' && std::all_of(name.begin(), name.end(), allowed);
}

S3Result<std::string> S3Object::Read(size_t most) {
  std::string bytes(most, '\0');
  ssize_t got = 0;
  do {
    got = read(file_.get(), bytes.data(), bytes.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) return Failure(errno);
  bytes.resize(static_cast<size_t>(got));
  return bytes;
}

S3Result<std::string> S3Object::ETag() const {
  Md5 md5;
  std::string bytes(kChunkBytes, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = pread(file_.get(), bytes.data(), bytes.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failure(errno);
    if (got == 0) break;
    md5.Add({bytes.data(), static_cast<size_t>(got)});
    at += got;
  }
  return "\"" + md5.Hex() + "\"";
}

UniqueFd S3Folders::OpenBucket(std::string_view bucket) const {
  if (!IsBucketName(bucket)) return UniqueFd();
  if (const auto own = buckets_.find(bucket); own != buckets_.end()) {
    return UniqueFd(open(own->second.c_str(), kFolderFlags));
  }
  const auto others = buckets_.find("*");
  if (others == buckets_.end()) return UniqueFd();
  const UniqueFd folder(open(others->second.c_str(), kFolderFlags));
  if (!folder) return UniqueFd();
  return UniqueFd(openat(folder.get(), std::string(bucket).c_str(), kFolderFlags | O_NOFOLLOW));
}

S3Result<S3Object> S3Folders::Open(std::string_view bucket, std::string_view key) const {
  UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  const std::vector<std::string> parts = PartsOf(key);
  if (parts.empty()) return NoSuchKey();
  folder = OpenFolder(std::move(folder), parts, /*create=*/false);
  if (!folder) return IsMissing(errno) ? NoSuchKey() : Failure(errno);
  return OpenObject(folder, parts.back().c_str());
}

S3Result<std::string> S3Folders::Put(std::string_view bucket, std::string_view key, std::string_view body) const {
  UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  const std::vector<std::string> parts = PartsOf(key);
  if (parts.empty()) return S3Refusal{"InvalidArgument", "The key is no path of a file in the bucket's folder", 400};
  folder = OpenFolder(std::move(folder), parts, /*create=*/true);
  if (!folder) return Failure(errno);
  static std::atomic<uint64_t> next = 0;  // unlike those of other processes, for the id of this one is in the name
  const std::string unfinished =
      std::string(kUnfinished) + std::to_string(getpid()) + "-" + std::to_string(next.fetch_add(1));
  UniqueFd file(openat(folder.get(), unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file) return Failure(errno);
  const bool done = WriteAll(file.get(), body) && fsync(file.get()) == 0 &&
                    renameat(folder.get(), unfinished.c_str(), folder.get(), parts.back().c_str()) == 0 &&
                    fsync(folder.get()) == 0;
  if (!done) {
    const int error = errno;
    unlinkat(folder.get(), unfinished.c_str(), 0);
    return Failure(error);
  }
  Md5 md5;
  md5.Add(body);
  return "\"" + md5.Hex() + "\"";
}

S3Result<std::monostate> S3Folders::Delete(std::string_view bucket, std::string_view key) const {
  UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  const std::vector<std::string> parts = PartsOf(key);
  if (parts.empty()) return std::monostate();
  UniqueFd root(dup(folder.get()));
  folder = OpenFolder(std::move(folder), parts, /*create=*/false);
  if (!folder) return IsMissing(errno) ? S3Result<std::monostate>(std::monostate()) : Failure(errno);
  if (unlinkat(folder.get(), parts.back().c_str(), 0) != 0 && !IsMissing(errno) && errno != EISDIR) {
    return Failure(errno);
  }
  // A bucket has no folders: those that hold nothing any more go.
  for (std::vector<std::string> path = parts; path.size() > 1;) {
    path.pop_back();
    const UniqueFd parent = OpenFolder(UniqueFd(dup(root.get())), path, /*create=*/false);
    if (!parent || unlinkat(parent.get(), path.back().c_str(), AT_REMOVEDIR) != 0) break;
  }
  return std::monostate();
}

S3Result<S3Page> S3Folders::List(std::string_view bucket, std::string_view prefix, std::string_view after,
                                 size_t most) const {
  UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  Listing listing(prefix, after, most);
  listing.Visit(std::move(folder), "");
  return listing.Take();
}

}  // namespace gait
