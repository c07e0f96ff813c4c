// ICU, and not the much smaller utf8proc, for that knows only what becomes one character: no "SS" for 'ß', no final
// sigma, and no table of either to make them from. What is taken of ICU is its C interface, whose data for cases is in
// libicuuc itself.
#include <unicode/ucasemap.h>

#include <memory>

#include "engine/base/check.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/text_functions.h"

namespace gait::jsonata {
namespace {

using Mapping = decltype(&ucasemap_utf8ToLower);

// Immutable, shared by threads; kept until the process ends.
const UCaseMap* CaseMap() {
  static const UCaseMap* const kMap = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UCaseMap* map = ucasemap_open("", 0, &status);
    GAIT_CHECK(U_SUCCESS(status), "ICU has no root locale");
    return map;
  }();
  return kMap;
}

std::string MapCase(std::string_view text, Mapping mapping) {
  if (text.size() > kTextBytesMax) throw Error("U1001");  // three times this is still an int32
  std::string mapped(text.size(), '\0');
  for (;;) {
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = mapping(CaseMap(), mapped.data(), static_cast<int32_t>(mapped.size()), text.data(),
                                 static_cast<int32_t>(text.size()), &status);
    const bool fits = static_cast<size_t>(size) <= mapped.size();
    mapped.resize(static_cast<size_t>(size));
    if (fits) return mapped;
  }
}

}  // namespace

std::string Lowercase(std::string_view text) { return MapCase(text, ucasemap_utf8ToLower); }

std::string Uppercase(std::string_view text) { return MapCase(text, ucasemap_utf8ToUpper); }

}  // namespace gait::jsonata
