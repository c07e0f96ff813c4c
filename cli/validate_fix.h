// `gait validate --fix`
#pragma once

#include <functional>
#include <string>

#include "engine/base/diagnostic.h"
#include "engine/json/document.h"

namespace gait::cli {

struct FixedText {
  std::string text;
  size_t count = 0;  // of findings that are mended
};

// Makes the fixes of all findings, and then of those that are found in the text that this gives, until there are none.
FixedText FixAll(std::string text, DocumentFormat format, const std::function<Diagnostics(const std::string&)>& check);

// Replaces the file as a whole: after a crash it is the old one or the new one. Keeps its permissions. Throws
// UsageError.
void ReplaceFile(const std::string& file, const std::string& text);

}  // namespace gait::cli
