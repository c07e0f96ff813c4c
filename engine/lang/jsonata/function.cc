#include "engine/lang/jsonata/function.h"

namespace gait::jsonata {

void Function::Dispose() {
  // A list of the objects themselves, and no container: functions that live as long as the program go after the
  // thread's own containers are gone.
  static thread_local Function* dying = nullptr;
  static thread_local bool disposes = false;
  next_dying_ = dying;
  dying = this;
  if (disposes) return;  // the one further out takes this one as well
  disposes = true;
  while (Function* next = dying) {
    dying = next->next_dying_;
    delete next;
  }
  disposes = false;
}

}  // namespace gait::jsonata
