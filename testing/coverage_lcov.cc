#include <algorithm>
#include <map>

#include "testing/coverage_report.h"

namespace gait {
namespace {

struct Line {
  int64_t times = 0;
  std::vector<std::string> branches;  // BRDA records
};

std::string Record(const std::string& what, size_t number) { return what + ":" + std::to_string(number) + "\n"; }

}  // namespace

std::string CoverageLcov(const std::vector<Coverage>& all) {
  constexpr CoverageKind kBlocks[] = {CoverageKind::kRules, CoverageKind::kCatchers, CoverageKind::kRetriers};
  std::string text;
  for (const Coverage& coverage : all) {
    std::map<int, Line> lines;
    std::map<std::string, const CoverageItem*, std::less<>> states;
    for (const CoverageItem& state : coverage.of(CoverageKind::kStates)) {
      const auto [line, is_first] = lines.try_emplace(state.position.line, Line{state.times, {}});
      // Where several states stand on a line, the line counts as run when all of them did.
      if (!is_first) line->second.times = std::min(line->second.times, state.times);
      states.emplace(state.state, &state);
    }
    size_t branches = 0, taken = 0;
    for (size_t block = 0; block < std::size(kBlocks); ++block) {
      std::map<int, size_t> numbers;  // the next branch of each line
      for (const CoverageItem& item : coverage.of(kBlocks[block])) {
        const CoverageItem& state = *states.at(item.state);
        const int line = state.position.line;
        lines[line].branches.push_back("BRDA:" + std::to_string(line) + "," + std::to_string(block) + "," +
                                       std::to_string(numbers[line]++) + "," +
                                       (state.times == 0 ? "-" : std::to_string(item.times)) + "\n");
        ++branches;
        if (item.times > 0) ++taken;
      }
    }
    size_t hit = 0;
    std::string branch_text, line_text;
    for (const auto& [number, line] : lines) {
      for (const std::string& branch : line.branches) branch_text += branch;
      line_text += "DA:" + std::to_string(number) + "," + std::to_string(line.times) + "\n";
      if (line.times > 0) ++hit;
    }
    text += "TN:\nSF:" + coverage.path + "\n" + branch_text + Record("BRF", branches) + Record("BRH", taken) +
            line_text + Record("LF", lines.size()) + Record("LH", hit) + "end_of_record\n";
  }
  return text;
}

}  // namespace gait
