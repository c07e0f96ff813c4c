#include "testing/check.h"

#include <algorithm>
#include <cmath>

#include "engine/json/write.h"
#include "states/choice_rule.h"

namespace gait {
namespace {

constexpr size_t kTextShown = 1000;   // bytes
constexpr size_t kPathEndShown = 25;  // states at the beginning, and as many at the end

std::string Shown(const std::optional<std::string>& text) {
  return text ? ShortJson(Value::String(*text), kTextShown) : "none";
}

std::vector<std::string> TextsOf(const Value& array) {
  std::vector<std::string> texts;
  for (const Value& item : array.items()) texts.emplace_back(item.as_string());
  return texts;
}

// "FAILED with States.Timeout (cause: ...)"
std::string EndText(const CaseOutcome& outcome) {
  std::string text(StatusName(outcome.status));
  if (outcome.error) text += " with " + *outcome.error;
  if (outcome.cause && !outcome.cause->empty()) text += " (cause: " + Shown(outcome.cause) + ")";
  return text;
}

class Checks {
 public:
  Checks(const Expectations& expect, const CaseOutcome& outcome) : expect_(expect), outcome_(outcome) {}

  std::vector<CaseFailure> Run() {
    for (const std::string& problem : outcome_.problems) Add("run", problem);
    if (!failures_.empty()) return std::move(failures_);
    Status();
    Output();
    Text("error", expect_.error, outcome_.error);
    Text("cause", expect_.cause, outcome_.cause);
    if (expect_.cause_matches && !MatchesPattern(outcome_.cause.value_or(""), *expect_.cause_matches)) {
      Add("causeMatches", "expected " + Shown(expect_.cause_matches) + ", got " + Shown(outcome_.cause));
    }
    Path();
    for (const auto& [state, calls] : expect_.calls) Calls(state, calls);
    Elapsed();
    Variables();
    return std::move(failures_);
  }

 private:
  void Add(std::string expectation, std::string message) {
    failures_.push_back({std::move(expectation), std::move(message), {}});
  }
  void Compare(const std::string& expectation, const Value& expected, const Value& actual, Match match) {
    auto differences = gait::Compare(expected, actual, match);
    if (!differences.empty()) failures_.push_back({expectation, "", std::move(differences)});
  }

  void Status() {
    const bool succeeded = outcome_.status == ExecutionStatus::kSucceeded;
    if (expect_.status ? outcome_.status == *expect_.status : !succeeded) return;
    Add("status", "expected " + (expect_.status ? std::string(StatusName(*expect_.status)) : "FAILED") + ", got " +
                      EndText(outcome_));
  }

  void Output() {
    if (outcome_.output.is_undefined()) return;  // the status is another than that which was expected
    if (expect_.output) Compare("output", *expect_.output, outcome_.output, Match::kExact);
    if (expect_.output_matches) Compare("outputMatches", *expect_.output_matches, outcome_.output, Match::kPartial);
  }

  void Text(const std::string& expectation, const std::optional<std::string>& expected,
            const std::optional<std::string>& actual) {
    if (expected && expected != actual) Add(expectation, "expected " + Shown(expected) + ", got " + Shown(actual));
  }

  void Path() {
    if (expect_.path) {
      const std::vector<std::string> expected = TextsOf(*expect_.path);
      if (expected != outcome_.path) {
        Add("path", "expected " + PathText(expected) + ", got " + PathText(outcome_.path));
      }
    }
    const auto entered = [&](std::string_view state) { return outcome_.taken.entered.contains(state); };
    if (expect_.path_includes) {
      for (const std::string& state : TextsOf(*expect_.path_includes)) {
        if (!entered(state)) Add("pathIncludes", state + " was not entered");
      }
    }
    if (expect_.path_excludes) {
      for (const std::string& state : TextsOf(*expect_.path_excludes)) {
        if (entered(state)) Add("pathExcludes", state + " was entered");
      }
    }
  }

  void Calls(const std::string& state, const ExpectedCalls& expected) {
    ArrayBuilder made;
    for (const CaseCall& call : outcome_.calls) {
      if (call.state == state) made.Add(call.arguments);
    }
    const Value arguments = made.Build();
    const auto count = static_cast<int64_t>(arguments.size());
    if (expected.count && *expected.count != count) {
      Add("calls of " + state, "expected " + std::to_string(*expected.count) + ", got " + std::to_string(count));
    } else if (expected.arguments) {
      Compare("calls of " + state, *expected.arguments, arguments, expected.match);
    }
  }

  void Elapsed() {
    const int64_t ms = outcome_.elapsed.ms;
    const auto in_ms = [](double seconds) { return std::llround(seconds * 1000); };
    const auto& least = expect_.elapsed_at_least;
    const auto& most = expect_.elapsed_at_most;
    const bool short_of = least && ms < in_ms(*least);
    const bool beyond = most && ms > in_ms(*most);
    if (!short_of && !beyond) return;
    const bool exact = least && most && *least == *most;
    Add("elapsed", "expected " +
                       std::string(exact      ? ""
                                   : short_of ? "at least "
                                              : "at most ") +
                       SecondsText(short_of ? *least : *most) + ", got " + SecondsText(static_cast<double>(ms) / 1000));
  }

  void Variables() {
    if (!expect_.variables) return;
    ObjectBuilder named;  // those that are not named do not matter
    for (const Member& m : expect_.variables->members()) {
      if (const Value* value = outcome_.variables.Find(m.name())) named.Add(m.key, *value);
    }
    Compare("variables", *expect_.variables, named.Build(), Match::kExact);
  }

  const Expectations& expect_;
  const CaseOutcome& outcome_;
  std::vector<CaseFailure> failures_;
};

}  // namespace

std::vector<CaseFailure> CheckOutcome(const Expectations& expect, const CaseOutcome& outcome) {
  return Checks(expect, outcome).Run();
}

std::string PathText(const std::vector<std::string>& path) {
  std::string text;
  for (size_t i = 0; i < path.size(); ++i) {
    text += (text.empty() ? "" : " > ") + path[i];
    const size_t last = path.size() - std::min(path.size(), kPathEndShown);  // the first of those at the end
    if (path.size() <= 2 * kPathEndShown || i + 1 != kPathEndShown) continue;
    text += " > ... (" + std::to_string(last - kPathEndShown) + " more)";
    i = last - 1;
  }
  return text.empty() ? "no state" : text;
}

std::string SecondsText(double seconds) {
  std::string text = ToJson(Value::Double(seconds));
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + " s";
}

}  // namespace gait
