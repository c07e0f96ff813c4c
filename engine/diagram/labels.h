// Not public; see engine/diagram/diagram.h. The short texts on a diagram's arrows.
#pragma once

#include <string>
#include <string_view>

#include "engine/json/value.h"

namespace gait {

// What a Choice rule asks for: `$.amount > 100`, `$.a is present and not ($.b = "x")`, or its JSONata condition. At
// most Diagram::kLabelMax characters, the last of which is then an ellipsis.
std::string RuleLabel(const Value& rule);

// The errors of a Catcher: `States.Timeout, States.TaskFailed`. Cut as a rule's.
std::string CatcherLabel(const Value& catcher);

// `text` on one line: control characters, line ends among them, and U+FFFE and U+FFFF, which XML does not take, as
// blanks, and no more than one blank at a time.
std::string OneLine(std::string_view text);

}  // namespace gait
