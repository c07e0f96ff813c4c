#include "cli/validate_fix.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/command.h"
#include "engine/json/text_edits.h"

namespace gait::cli {
namespace {

// A fix may show what it hid, and that a few times over; two that undo one another would never end.
constexpr int kRoundsMax = 10;

}  // namespace

FixedText FixAll(std::string text, DocumentFormat format, const std::function<Diagnostics(const std::string&)>& check) {
  FixedText fixed{std::move(text), 0};
  for (int round = 0; round < kRoundsMax; ++round) {
    const TextRanges ranges = TextRanges::Of(fixed.text, format);
    std::vector<TextEdit> edits;
    size_t count = 0;
    for (const Diagnostic& d : check(fixed.text)) {
      if (!d.fix) continue;
      const std::vector<TextEdit> more = EditsOf(*d.fix, fixed.text, format, ranges);
      count += more.empty() ? 0 : 1;
      edits.insert(edits.end(), more.begin(), more.end());
    }
    if (edits.empty()) break;
    fixed.text = ApplyEdits(fixed.text, std::move(edits));
    fixed.count += count;
  }
  return fixed;
}

void ReplaceFile(const std::string& file, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path path = fs::canonical(file, error);  // a link stays one
  const fs::path next = path.string() + ".gait-fix";
  {
    std::ofstream out(next, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) {
      fs::remove(next, error);
      throw UsageError("cannot write beside " + file);
    }
  }
  fs::permissions(next, fs::status(path, error).permissions(), error);
  fs::rename(next, path, error);
  if (error) {
    const std::string why = error.message();
    fs::remove(next, error);
    throw UsageError("cannot write " + file + ": " + why);
  }
}

}  // namespace gait::cli
