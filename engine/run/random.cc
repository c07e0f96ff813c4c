#include "engine/run/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "engine/base/check.h"

namespace gait {

uint64_t SystemRandom::Next() {
  const std::lock_guard lock(mutex_);
  if (left_ == 0) {
    // Up to 256 bytes come in one piece (getrandom(2)); 512 may come in two.
    auto* bytes = reinterpret_cast<char*>(buffer_.data());
    for (size_t got = 0; got < sizeof buffer_;) {
      const ssize_t n = getrandom(bytes + got, sizeof buffer_ - got, 0);
      if (n < 0 && errno != EINTR) throw EnvironmentError(std::string("getrandom: ") + std::strerror(errno));
      if (n > 0) got += static_cast<size_t>(n);
    }
    left_ = buffer_.size();
  }
  return buffer_[--left_];
}

}  // namespace gait
