#include "engine/store/lease.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/base/check.h"

namespace gait {
namespace {

// What the lock file says, up to the end of its first line.
std::string OwnerOf(int fd) {
  char text[32];
  const ssize_t size = pread(fd, text, sizeof text, 0);
  const std::string owner(text, size > 0 ? static_cast<size_t>(size) : 0);
  return owner.substr(0, owner.find('\n'));
}

[[noreturn]] void Fail(const std::string& file, const char* doing, int error) {
  throw EnvironmentError(file + ": cannot " + doing + " the lock file: " + std::strerror(error));
}

}  // namespace

Lease::Lease(const std::string& database) {
  const std::string file = database + "-lock";
  fd_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) Fail(file, "open", errno);
  if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    // Between taking the lock and writing its id the owner has no name.
    const std::string owner = OwnerOf(fd_);
    close(fd_);
    if (error != EWOULDBLOCK) Fail(file, "lock", error);
    throw EnvironmentError(database + " is in use by " + (owner.empty() ? "another process" : "process " + owner));
  }
  const std::string owner = std::to_string(getpid()) + "\n";
  if (ftruncate(fd_, 0) != 0 || pwrite(fd_, owner.data(), owner.size(), 0) != static_cast<ssize_t>(owner.size())) {
    const int error = errno;
    close(fd_);
    Fail(file, "write", error);
  }
}

Lease::~Lease() {
  // The id goes before the lock does, so that nobody is called the owner who is not.
  [[maybe_unused]] const int ignored = ftruncate(fd_, 0);
  close(fd_);
}

}  // namespace gait
