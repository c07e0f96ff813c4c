// The filter patterns of FilterLogEvents, as far as they are used on what Step Functions logs: terms that all must be
// in the line, and comparisons of members of its JSON.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gait {

class LogFilter {
 public:
  //   ERROR "two words" -without      all of these, none of those behind a minus
  //   { $.type = "ExecutionFailed" && $.details.name != "Skip*" }
  // Nothing for what is neither: arrays of fields, || and numbers are not there.
  static std::optional<LogFilter> Parse(std::string_view pattern);

  bool Matches(std::string_view line) const;

 private:
  struct Term {
    std::string text;
    bool wanted = true;
  };
  struct Comparison {
    std::vector<std::string> path;
    std::string text;  // with * for any characters
    bool equal = true;
  };

  static bool ParseComparisons(std::string_view text, std::vector<Comparison>& comparisons);

  std::vector<Term> terms_;
  std::vector<Comparison> comparisons_;
};

}  // namespace gait
