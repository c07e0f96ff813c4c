// The lock that keeps a second process, and a second store in the same process, from driving one database: two writers
// would overwrite each other's log (docs/history_format.md), and start every task twice.
#pragma once

#include <string>

namespace gait {

// Held as long as the object lives, and given up by the system when the process ends in whatever way. The lock is on
// `DATABASE-lock`, a file of its own: closing any descriptor of the database itself would drop SQLite's locks on it.
// The file holds the owner's process id for people, and stays behind when the lock is gone.
//
// The lock is of this machine. What fences a process that lost its lock, or never saw it, is the epoch: see
// SqliteStore.
class Lease {
 public:
  // Throws EnvironmentError if another holds it ("DATABASE is in use by process 1234"), or the file cannot be had.
  explicit Lease(const std::string& database);
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace gait
