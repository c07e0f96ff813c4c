// Which activities there are. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
#pragma once

#include <string_view>

namespace gait {

class ActivityRegistry {
 public:
  virtual ~ActivityRegistry() = default;
  // Any thread.
  virtual bool HasActivity(std::string_view arn) const = 0;
};

}  // namespace gait
