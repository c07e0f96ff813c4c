// Diagnostics as a person reads them: the line of the source with a caret below the place.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"

namespace gait::cli {

// Is the stream a terminal that shows colours? NO_COLOR and TERM=dumb say no.
bool UseColor(int descriptor);

//   orders.asl.json:7:15: error: Missing 'Next' target: Chrge [dangling-transition]
//       7 |       "Next": "Chrge"
//         |               ^
//     hint: did you mean 'Charge'?
std::string RenderDiagnostic(const Diagnostic& diagnostic, std::string_view file, std::string_view source, bool color);

}  // namespace gait::cli
