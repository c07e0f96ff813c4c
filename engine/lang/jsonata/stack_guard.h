// Keeps recursion within a thread's stack, whatever the compiler made of the functions that recurse.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {

class StackGuard {
 public:
  StackGuard() : top_(Here()) {}

  // Throws Error: U1001.
  void Check() const {
    if (top_ - Here() > kBytesMax)
      throw Error("U1001").Saying("Stack overflow: the expression nests or recurses too deeply");
  }

 private:
  // An eighth of what threads have by default, as what calls stands on the same stack.
  static constexpr uintptr_t kBytesMax = 1 << 20;

  static uintptr_t Here() { return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)); }

  const uintptr_t top_;
};

}  // namespace gait::jsonata
