#include "cli/validate_fix.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "cli/command.h"
#include "engine/json/text_edits.h"
#include "integrations/unique_fd.h"

namespace gait::cli {
namespace {

// A fix may show what it hid, and that a few times over; two that undo one another would never end.
constexpr int kRoundsMax = 10;

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno != EINTR) return false;
    text.remove_prefix(n < 0 ? 0 : static_cast<size_t>(n));
  }
  return true;
}

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
  const std::string path = fs::canonical(file, error).string();  // a link stays one
  if (error) throw UsageError("cannot write " + file + ": " + error.message());
  std::string next = path + ".XXXXXX";
  const UniqueFd fd(mkstemp(next.data()));
  struct stat status = {};
  const bool written = fd && stat(path.c_str(), &status) == 0 && fchmod(fd.get(), status.st_mode & 07777) == 0 &&
                       WriteAll(fd.get(), text) && fsync(fd.get()) == 0 && rename(next.c_str(), path.c_str()) == 0;
  if (written) return;
  const std::string why = std::strerror(errno);
  if (fd) unlink(next.c_str());
  throw UsageError("cannot write " + file + ": " + why);
}

}  // namespace gait::cli
