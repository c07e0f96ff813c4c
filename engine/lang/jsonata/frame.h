// The variables of a scope. Frames are counted, for a lambda keeps the one that it was made in; what cycles of lambdas
// and frames keep alive, the pool takes apart when the evaluation ends.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "engine/json/value.h"

namespace gait::jsonata {

class FramePool;

struct Frame {
  struct Binding {
    int name;
    Value value;
  };

  void Bind(int name, Value value) {
    for (Binding& b : bindings) {
      if (b.name == name) {
        b.value = std::move(value);
        return;
      }
    }
    bindings.push_back({name, std::move(value)});
  }

  size_t refs = 0;
  Frame* parent = nullptr;
  FramePool* pool = nullptr;
  Frame* previous = nullptr;  // of those alive
  Frame* next = nullptr;
  std::vector<Binding> bindings;
};

class FramePool {
 public:
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  ~FramePool();

  Frame* Make(Frame* parent);
  void Release(Frame* frame);
  size_t alive() const { return alive_; }

 private:
  Frame* first_ = nullptr;  // of those alive
  Frame* spare_ = nullptr;  // linked by `next`
  size_t alive_ = 0;
};

// Holds a frame.
class FrameRef {
 public:
  FrameRef() = default;
  explicit FrameRef(Frame* frame) : frame_(frame) {
    if (frame_ != nullptr) ++frame_->refs;
  }
  FrameRef(const FrameRef& other) : FrameRef(other.frame_) {}
  FrameRef(FrameRef&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  FrameRef& operator=(FrameRef other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~FrameRef() {
    if (frame_ != nullptr && --frame_->refs == 0) frame_->pool->Release(frame_);
  }

  Frame* get() const { return frame_; }
  Frame* operator->() const { return frame_; }

 private:
  Frame* frame_ = nullptr;
};

}  // namespace gait::jsonata
