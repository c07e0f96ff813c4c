// What HTTP's status codes mean, for answers that do not say it: HTTP/2 has no place for it.
#pragma once

#include <string_view>

namespace gait {

// "OK"; "" for a code that is not in the IANA registry.
std::string_view StatusText(int status);

}  // namespace gait
