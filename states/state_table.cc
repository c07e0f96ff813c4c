#include "states/state_table.h"

#include <array>

namespace gait {

StateTable StateTypes() {
  static const std::array kTypes = {kTaskType, kWaitType,   kPassType,     kSucceedType,
                                    kFailType, kChoiceType, kParallelType, kMapType};
  return kTypes;
}

}  // namespace gait
