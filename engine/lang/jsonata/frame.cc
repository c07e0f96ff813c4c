#include "engine/lang/jsonata/frame.h"

namespace gait::jsonata {

Frame* FramePool::Make(Frame* parent) {
  Frame* frame = spare_;
  if (frame != nullptr) {
    spare_ = frame->next;
  } else {
    frame = new Frame;
    frame->pool = this;
  }
  frame->parent = parent;
  if (parent != nullptr) ++parent->refs;
  frame->previous = nullptr;
  frame->next = first_;
  if (first_ != nullptr) first_->previous = frame;
  first_ = frame;
  ++alive_;
  return frame;
}

void FramePool::Release(Frame* frame) {
  while (frame != nullptr) {
    Frame* parent = frame->parent;
    frame->parent = nullptr;
    ++frame->refs;  // what the bindings release may come back here
    frame->bindings.clear();
    frame->refs = 0;
    (frame->previous != nullptr ? frame->previous->next : first_) = frame->next;
    if (frame->next != nullptr) frame->next->previous = frame->previous;
    frame->next = spare_;
    spare_ = frame;
    --alive_;
    // The parent goes on in this loop: a chain of frames is as long as a recursion was deep.
    frame = parent != nullptr && --parent->refs == 0 ? parent : nullptr;
  }
}

FramePool::~FramePool() {
  for (Frame* frame = first_; frame != nullptr; frame = frame->next) ++frame->refs;  // none goes while the others do
  for (Frame* frame = first_; frame != nullptr; frame = frame->next) frame->bindings.clear();
  while (first_ != nullptr) delete std::exchange(first_, first_->next);
  while (spare_ != nullptr) delete std::exchange(spare_, spare_->next);
}

}  // namespace gait::jsonata
