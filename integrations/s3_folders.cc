#include "integrations/s3_folders.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <iterator>
#include <optional>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/md5.h"

namespace gait {
namespace {

constexpr size_t kKeyBytesMax = 1024;  // S3's
// What an object is called while it is written: in its own folder, for a file cannot be renamed over to another disk.
constexpr std::string_view kUnfinished = ".gait-upload-";

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// Not to wait for who writes into a pipe.
constexpr int kFileFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

S3Refusal NoSuchBucket() { return {"NoSuchBucket", "The specified bucket does not exist", 404}; }
S3Refusal NoSuchKey() { return {"NoSuchKey", "The specified key does not exist.", 404}; }
S3Refusal NoSuchVersion() { return {"NoSuchVersion", "The specified version does not exist.", 404}; }
S3Refusal BadKey() { return {"InvalidArgument", "The key is no path of a file in the bucket's folder", 400}; }
S3Refusal BadContinuation() { return {"InvalidArgument", "The continuation token provided is incorrect", 400}; }

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

class FileObject : public S3Object {
 public:
  FileObject(UniqueFd file, const struct stat& status, S3FolderMemory& memory)
      : file_(std::move(file)), state_(status), last_modified_(ModifiedAt(status)), memory_(memory) {}

  int64_t size() const override { return state_.size; }
  Timestamp last_modified() const override { return last_modified_; }

  S3Result<std::string> Read(size_t most) override {
    auto bytes = ReadOnce(at_, most);
    if (auto* got = std::get_if<std::string>(&bytes)) at_ += static_cast<int64_t>(got->size());
    return bytes;
  }

  S3Result<std::string> ReadAt(int64_t offset, size_t count) override {
    std::string all;
    while (all.size() < count) {
      auto bytes = ReadOnce(offset + static_cast<int64_t>(all.size()), count - all.size());
      if (const auto* refusal = RefusalOf(bytes)) return *refusal;
      if (std::get<std::string>(bytes).empty()) break;
      all += std::get<std::string>(bytes);
    }
    return all;
  }

  S3Result<std::string> ETag() override { return memory_.ETagOf(file_.get(), state_); }

 private:
  S3Result<std::string> ReadOnce(int64_t offset, size_t most) const {
    const int64_t left = std::max<int64_t>(size() - offset, 0);
    std::string bytes(std::min<size_t>(most, static_cast<size_t>(left)), '\0');
    ssize_t got = 0;
    do {
      got = pread(file_.get(), bytes.data(), bytes.size(), offset);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return FolderFailure(errno);
    bytes.resize(static_cast<size_t>(got));
    return bytes;
  }

  UniqueFd file_;
  const FileState state_;
  const Timestamp last_modified_;
  S3FolderMemory& memory_;
  int64_t at_ = 0;  // where Read goes on
};

S3Result<std::unique_ptr<S3Object>> OpenObject(const UniqueFd& folder, const char* name, S3FolderMemory& memory) {
  UniqueFd file(openat(folder.get(), name, kFileFlags));
  if (!file) return IsMissing(errno) ? NoSuchKey() : FolderFailure(errno);
  struct stat status;
  if (fstat(file.get(), &status) != 0) return FolderFailure(errno);
  if (!S_ISREG(status.st_mode)) return NoSuchKey();
  return std::unique_ptr<S3Object>(std::make_unique<FileObject>(std::move(file), status, memory));
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

// Writes a file beside the one whose place it takes.
class FileUpload : public S3Upload {
 public:
  FileUpload(UniqueFd folder, std::string name, std::string unfinished, UniqueFd file)
      : folder_(std::move(folder)),
        name_(std::move(name)),
        unfinished_(std::move(unfinished)),
        file_(std::move(file)) {}
  ~FileUpload() override {
    if (!finished_) unlinkat(folder_.get(), unfinished_.c_str(), 0);
  }

  std::optional<S3Refusal> Write(std::string_view bytes) override {
    if (!WriteAll(file_.get(), bytes)) return FolderFailure(errno);
    md5_.Add(bytes);
    return std::nullopt;
  }

  S3Result<std::string> Finish() override {
    if (fsync(file_.get()) != 0) return FolderFailure(errno);
    if (renameat(folder_.get(), unfinished_.c_str(), folder_.get(), name_.c_str()) != 0) return FolderFailure(errno);
    finished_ = true;
    if (fsync(folder_.get()) != 0) return FolderFailure(errno);
    return "\"" + md5_.Hex() + "\"";
  }

 private:
  UniqueFd folder_;
  const std::string name_, unfinished_;
  UniqueFd file_;
  Md5 md5_;
  bool finished_ = false;
};

// Goes through a bucket in the order of the keys.
class Listing {
 public:
  Listing(std::string_view prefix, std::string_view after, size_t most, S3FolderMemory& memory)
      : prefix_(prefix), after_(after), most_(most), memory_(memory) {}

  // `path` is "" or ends with a slash. False when there is no need to go on.
  bool Visit(const UniqueFd& folder, const std::string& path) {
    const auto read = memory_.NamesIn(folder.get(), IsPart);
    if (const auto* refusal = RefusalOf(read)) return Fail(*refusal);
    const Names& names = *std::get<std::shared_ptr<const Names>>(read);
    for (auto name = FirstIn(names, path); name != names.end(); ++name) {
      const std::string key = path + *name;
      if (key > prefix_ && !key.starts_with(prefix_)) return true;  // and so are all that follow
      const bool more = key.back() == '/' ? VisitFolder(folder, *name, key) : VisitObject(folder, *name, key);
      if (!more) return false;
    }
    return true;
  }

  S3Result<S3Page> Take() {
    if (failure_) return *failure_;
    if (page_.truncated && !page_.objects.empty()) page_.next = ToBase64(page_.objects.back().key);
    return std::move(page_);
  }

 private:
  using Names = S3FolderMemory::Names;

  // The first of the names with which something may begin that is listed.
  Names::const_iterator FirstIn(const Names& names, const std::string& path) const {
    const std::string_view from = std::max(prefix_, after_);
    if (!from.starts_with(path)) return names.begin();
    const std::string_view rest = from.substr(path.size());
    auto first = std::lower_bound(names.begin(), names.end(), rest);
    // A folder comes before what is in it.
    if (first != names.begin() && std::prev(first)->back() == '/' && rest.starts_with(*std::prev(first))) --first;
    return first;
  }

  bool VisitFolder(const UniqueFd& parent, const std::string& name, const std::string& path) {
    if (!path.starts_with(prefix_) && !prefix_.starts_with(path)) return true;
    if (path < after_ && !after_.starts_with(path)) return true;
    const UniqueFd folder(openat(parent.get(), name.c_str(), kFolderFlags | O_NOFOLLOW));
    if (!folder) return IsMissing(errno) || Fail(FolderFailure(errno));
    return Visit(folder, path);
  }

  bool VisitObject(const UniqueFd& folder, const std::string& name, const std::string& key) {
    if (!key.starts_with(prefix_) || key <= after_) return true;
    struct stat status;
    if (fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return IsMissing(errno) || Fail(FolderFailure(errno));  // it has just gone
    }
    if (!S_ISREG(status.st_mode)) return true;
    if (page_.objects.size() == most_) {
      page_.truncated = true;
      return false;
    }
    if (auto etag = memory_.RememberedETag(FileState(status))) {
      page_.objects.push_back({key, status.st_size, ModifiedAt(status), *std::move(etag)});
      return true;
    }
    auto opened = OpenObject(folder, name.c_str(), memory_);
    if (const auto* refusal = RefusalOf(opened)) return refusal->status == 404 || Fail(*refusal);
    S3Object& object = *std::get<std::unique_ptr<S3Object>>(opened);
    auto etag = object.ETag();
    if (const auto* refusal = RefusalOf(etag)) return Fail(*refusal);
    page_.objects.push_back({key, object.size(), object.last_modified(), std::get<std::string>(std::move(etag))});
    return true;
  }

  bool Fail(S3Refusal refusal) {
    failure_ = std::move(refusal);
    return false;
  }

  const std::string_view prefix_, after_;
  const size_t most_;
  S3FolderMemory& memory_;
  S3Page page_;
  std::optional<S3Refusal> failure_;
};

}  // namespace

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

S3Result<std::unique_ptr<S3Object>> S3Folders::Open(std::string_view bucket, std::string_view key,
                                                    std::string_view version_id) const {
  UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  if (!version_id.empty() && version_id != "null") return NoSuchVersion();
  const std::vector<std::string> parts = PartsOf(key);
  if (parts.empty()) return NoSuchKey();
  folder = OpenFolder(std::move(folder), parts, /*create=*/false);
  if (!folder) return IsMissing(errno) ? NoSuchKey() : FolderFailure(errno);
  return OpenObject(folder, parts.back().c_str(), memory_);
}

S3Result<std::string> S3Folders::Put(std::string_view bucket, std::string_view key, std::string_view body) const {
  auto begun = Upload(bucket, key);
  if (const auto* refusal = RefusalOf(begun)) return *refusal;
  S3Upload& upload = *std::get<std::unique_ptr<S3Upload>>(begun);
  if (auto refusal = upload.Write(body)) return *refusal;
  return upload.Finish();
}

S3Result<std::unique_ptr<S3Upload>> S3Folders::Upload(std::string_view bucket, std::string_view key) const {
  UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  const std::vector<std::string> parts = PartsOf(key);
  if (parts.empty()) return BadKey();
  folder = OpenFolder(std::move(folder), parts, /*create=*/true);
  if (!folder) return FolderFailure(errno);
  static std::atomic<uint64_t> next = 0;  // unlike those of other processes, for the id of this one is in the name
  std::string unfinished =
      std::string(kUnfinished) + std::to_string(getpid()) + "-" + std::to_string(next.fetch_add(1));
  UniqueFd file(openat(folder.get(), unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file) return FolderFailure(errno);
  return std::unique_ptr<S3Upload>(
      std::make_unique<FileUpload>(std::move(folder), parts.back(), std::move(unfinished), std::move(file)));
}

S3Result<std::monostate> S3Folders::Delete(std::string_view bucket, std::string_view key) const {
  UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  const std::vector<std::string> parts = PartsOf(key);
  if (parts.empty()) return std::monostate();
  UniqueFd root(dup(folder.get()));
  folder = OpenFolder(std::move(folder), parts, /*create=*/false);
  if (!folder) return IsMissing(errno) ? S3Result<std::monostate>(std::monostate()) : FolderFailure(errno);
  if (unlinkat(folder.get(), parts.back().c_str(), 0) != 0 && !IsMissing(errno) && errno != EISDIR) {
    return FolderFailure(errno);
  }
  // A bucket has no folders: those that hold nothing any more go.
  for (std::vector<std::string> path = parts; path.size() > 1;) {
    path.pop_back();
    const UniqueFd parent = OpenFolder(UniqueFd(dup(root.get())), path, /*create=*/false);
    if (!parent || unlinkat(parent.get(), path.back().c_str(), AT_REMOVEDIR) != 0) break;
  }
  return std::monostate();
}

S3Result<S3Page> S3Folders::List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most,
                                 std::string_view continuation) const {
  const UniqueFd folder = OpenBucket(bucket);
  if (!folder) return NoSuchBucket();
  std::optional<std::string> last;
  if (!continuation.empty()) {
    last = FromBase64(continuation);
    if (!last) return BadContinuation();
  }
  Listing listing(prefix, last ? *last : after, most, memory_);
  listing.Visit(folder, "");
  return listing.Take();
}

}  // namespace gait
