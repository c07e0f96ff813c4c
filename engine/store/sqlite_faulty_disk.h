// For tests: what stands between SQLite and the disk, and fails, or loses power, when it is told to. All in the header,
// so that no library holds it.
#pragma once

#include <sqlite3.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace gait {

// SQLite's default file system for what is opened while it lives; one at a time, and it outlives what was opened.
// Passes everything on to the real one. Any thread.
class FaultyDisk {
 public:
  enum class Call { kRead, kWrite, kSync, kTruncate };
  // Decides whether a call fails. Asked for every call, with the file's path.
  using Fault = std::function<bool(Call call, std::string_view file)>;

  FaultyDisk() : real_(*sqlite3_vfs_find(nullptr)), vfs_(real_) {
    vfs_.zName = "faulty";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_.szOsFile;
    vfs_.pAppData = this;
    vfs_.xOpen = Open;
    sqlite3_vfs_register(&vfs_, /*makeDflt=*/1);
  }
  ~FaultyDisk() { sqlite3_vfs_unregister(&vfs_); }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // Null: no call fails.
  void Set(Fault fault) {
    const std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
    failures_ = 0;
  }
  // The `n`-th call from now on fails (1: the next one), and all behind it too if `for_good`.
  void FailAt(int n, bool for_good) {
    Set([n, for_good](Call, std::string_view) mutable { return --n == 0 || (for_good && n < 0); });
  }
  // The calls that failed since.
  int failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

  // Writes to `folder` what is left of a database and its log if the power fails now: each as it was when it was last
  // synced.
  void CopyAsOfLastSync(const std::string& database, const std::string& folder) const {
    const std::lock_guard lock(mutex_);
    for (const std::string& path : {database, database + "-wal"}) {
      const auto bytes = synced_.find(path);
      if (bytes == synced_.end()) continue;
      const auto copy = std::filesystem::path(folder) / std::filesystem::path(path).filename();
      std::ofstream(copy, std::ios::binary) << bytes->second;
    }
  }

 private:
  // As SQLite sees an open file. The real one stands behind it.
  struct File : sqlite3_file {
    FaultyDisk* disk;
    std::string* path;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File* Of(sqlite3_file* file) { return static_cast<File*>(file); }
  static sqlite3_file* Real(sqlite3_file* file) { return Of(file)->real(); }

  bool Fails(Call call, sqlite3_file* file) {
    const std::lock_guard lock(mutex_);
    const bool fails = fault_ && fault_(call, *Of(file)->path);
    failures_ += fails;
    return fails;
  }

  void Synced(const std::string& path) {
    std::string bytes(std::filesystem::file_size(path), '\0');
    std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const std::lock_guard lock(mutex_);
    synced_[path] = std::move(bytes);
  }

  static int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
    auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
    file->pMethods = nullptr;
    const int code = disk->real_.xOpen(&disk->real_, name, Real(file), flags, out_flags);
    if (code != SQLITE_OK) return code;
    Of(file)->disk = disk;
    Of(file)->path = new std::string(name == nullptr ? "" : name);
    file->pMethods = &kMethods;
    return SQLITE_OK;
  }
  static int Close(sqlite3_file* file) {
    delete Of(file)->path;
    return Real(file)->pMethods->xClose(Real(file));
  }
  static int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    if (Of(file)->disk->Fails(Call::kRead, file)) return SQLITE_IOERR_READ;
    return Real(file)->pMethods->xRead(Real(file), to, size, at);
  }
  // Half of what is written gets there before the disk is full.
  static int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    const bool fails = Of(file)->disk->Fails(Call::kWrite, file);
    const int code = Real(file)->pMethods->xWrite(Real(file), from, fails ? size / 2 : size, at);
    return fails ? SQLITE_FULL : code;
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (Of(file)->disk->Fails(Call::kTruncate, file)) return SQLITE_IOERR_TRUNCATE;
    return Real(file)->pMethods->xTruncate(Real(file), size);
  }
  static int Sync(sqlite3_file* file, int flags) {
    if (Of(file)->disk->Fails(Call::kSync, file)) return SQLITE_IOERR_FSYNC;
    const int code = Real(file)->pMethods->xSync(Real(file), flags);
    if (code == SQLITE_OK) Of(file)->disk->Synced(*Of(file)->path);
    return code;
  }

  // The rest is passed on.
  template <auto kMember, typename... Args>
  static int Pass(sqlite3_file* file, Args... args) {
    return (Real(file)->pMethods->*kMember)(Real(file), args...);
  }
  using M = sqlite3_io_methods;
  static void Barrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }

  static constexpr sqlite3_io_methods kMethods = {
      3,
      Close,
      Read,
      Write,
      Truncate,
      Sync,
      Pass<&M::xFileSize, sqlite3_int64*>,
      Pass<&M::xLock, int>,
      Pass<&M::xUnlock, int>,
      Pass<&M::xCheckReservedLock, int*>,
      Pass<&M::xFileControl, int, void*>,
      Pass<&M::xSectorSize>,
      Pass<&M::xDeviceCharacteristics>,
      Pass<&M::xShmMap, int, int, int, void volatile**>,
      Pass<&M::xShmLock, int, int, int>,
      Barrier,
      Pass<&M::xShmUnmap, int>,
      Pass<&M::xFetch, sqlite3_int64, int, void**>,
      Pass<&M::xUnfetch, sqlite3_int64, void*>,
  };

  sqlite3_vfs real_;  // a copy: what it points to is the system's
  sqlite3_vfs vfs_;
  mutable std::mutex mutex_;  // protects all below
  Fault fault_;
  int failures_ = 0;
  std::map<std::string, std::string> synced_;  // by path
};

}  // namespace gait
