// Reads that lead nowhere, told with the way on which they do.
#include <algorithm>
#include <set>

#include "engine/base/edit_distance.h"
#include "engine/definition/way_text.h"
#include "engine/lint/checks.h"
#include "engine/lint/data_flow.h"

namespace gait::lint {
namespace {

// The way from the state that made what the read was to be found in (from the start, if none did) to the reader.
std::vector<const Entry*> WayOf(const Miss& miss) {
  std::vector<const Entry*> way;
  const std::string_view from = miss.at.where->made_by;
  for (const Entry* entry = miss.entry; entry != nullptr; entry = entry->before) {
    way.push_back(entry);
    if (entry->state->name == from) break;
  }
  std::reverse(way.begin(), way.end());
  return way;
}

// Does a Choice stand between the first state of the way and the last?
bool ChoiceBetween(const std::vector<const Entry*>& way) {
  for (size_t i = 1; i + 1 < way.size(); ++i) {
    if (way[i]->state->type == "Choice") return true;
  }
  return false;
}

// Does a Choice on the way, or the reader itself, ask whether the path is there?
bool IsAskedFor(const DataPath& path, const std::vector<const Entry*>& way) {
  for (const Entry* entry : way) {
    for (const DataPath& test : PresenceTests(*entry->state)) {
      if (test.root == DataPath::Root::kOther) return true;
      if (test.root == path.root && test.variable == path.variable && Overlap(test.steps, path.steps)) return true;
    }
  }
  return false;
}

std::string WayText(const std::vector<const Entry*>& way) {
  std::vector<std::string> names;
  for (size_t i = 0; i < way.size(); ++i) {
    const bool caught = i + 1 < way.size() && way[i + 1]->by == Way::Kind::kCatch;
    names.push_back(std::string(way[i]->state->name) + (caught ? " (caught)" : ""));
  }
  return JoinWay({std::vector<std::string_view>(names.begin(), names.end())});
}

// "it has a, b, c": of what the path was to be found in.
std::string WhatThereIs(const Shape& shape, const PathStep& step) {
  if (shape.kind == Shape::Kind::kScalar) return "there is no object there";
  if (shape.kind == Shape::Kind::kArray)
    return step.is_index() ? "the array has fewer items" : "there is an array there";
  if (step.is_index()) return "there is an object there";
  if (shape.members.empty()) return "the object there is empty";
  constexpr size_t kNamesMax = 8;
  std::vector<std::string_view> names;
  std::string text;
  for (const auto& [name, member] : shape.members) {
    names.push_back(name);
    if (names.size() <= kNamesMax) text += (text.empty() ? "there is " : ", ") + std::string(name);
  }
  if (names.size() > kNamesMax) text += ", ...";
  if (const auto near = DidYouMean(step.name, names)) text += "; did you mean " + std::string(*near) + "?";
  return text;
}

// Was the path there in the input of the Task, whose result is all that is left? Known to be, or read there before.
bool WasInInput(const DataPath& path, const Entry& task) {
  if (path.root != DataPath::Root::kInput || path.steps.empty()) return false;
  const Lookup before = Follow(task.input, path.steps);
  if (before.found == nullptr) return false;
  if (before.found->kind != Shape::Kind::kUnknown) return true;
  for (const Entry* entry = &task; entry != nullptr; entry = entry->before) {
    if (!SameShape(entry->input, task.input)) return false;
    for (const Read& read : ReadsOf(*entry->state)) {
      const bool of_input =
          read.of == Read::Of::kRaw || (read.of == Read::Of::kInput && !entry->state->Has("InputPath"));
      if (!of_input || read.path.root != DataPath::Root::kInput || read.path.steps.empty()) continue;
      if (read.path.steps[0] == path.steps[0]) return true;
    }
    // Only what hands its input on unchanged lets an earlier state's reads count.
    const bool passes_on =
        entry->before != nullptr &&
        (entry->before->state->type == "Choice" || entry->before->state->type == "Wait" ||
         (entry->before->state->Has("ResultPath") && entry->before->state->Find("ResultPath")->is_null()));
    if (!passes_on) return false;
  }
  return false;
}

class MissReporter {
 public:
  MissReporter(const DataFlow& flow, Report& report) : flow_(flow), report_(report) {}

  void Consider(const MissedRead& missed) {
    const bool everywhere = !missed.found_elsewhere && flow_.complete();
    for (const Miss& miss : missed.misses) {
      const std::vector<const Entry*> way = WayOf(miss);
      // A Choice may have been made by what decides whether the path is there.
      if (!everywhere && (ChoiceBetween(way) || missed.read->may_be_skipped)) continue;
      if (IsAskedFor(missed.read->path, way)) continue;
      return Add(missed, miss, way);
    }
  }

 private:
  void Add(const MissedRead& missed, const Miss& miss, const std::vector<const Entry*>& way) {
    const DataPath& path = missed.read->path;
    const StateView& maker = *way.front()->state;
    const bool caught = way.size() > 1 && way[1]->by == Way::Kind::kCatch;
    const std::string text(path.text);
    if (!caught && way.size() > 1 && maker.type == "Task" && miss.at.missing == 0 && WasInInput(path, *way.front())) {
      if (!overwriters_.insert(maker.name).second) return;
      report_.Add("input-overwritten", maker.place,
                  "The result replaces the whole input, of which " + std::string(missed.state->name) + " still reads " +
                      text + ": " + WayText(way),
                  maker.jsonata() ? "hand on both in Output, or keep one of them in a variable"
                                  : "keep the input beside it with a ResultPath, such as $." + ResultName(maker));
      return;
    }
    std::string hint = WhatThereIs(*miss.at.where, path.steps[miss.at.missing]);
    if (caught && miss.at.missing == 0) {
      hint = "the Catcher of " + std::string(maker.name) + " replaces the whole input by Error and Cause; " +
             (maker.jsonata() ? "an Output" : "a ResultPath") + " can keep it";
    }
    report_.Add("path-cannot-exist", missed.read->place, "There is no " + text + " on the way " + WayText(way),
                std::move(hint));
  }

  static std::string ResultName(const StateView& state) {
    return state.Has("ResultSelector") || state.resource->action.empty() ? "result" : state.resource->action;
  }

  const DataFlow& flow_;
  Report& report_;
  std::set<std::string_view> overwriters_;
};

}  // namespace

void CheckDataFlow(LintContext& context) {
  const DataFlow flow(context.machine);
  MissReporter reporter(flow, context.report);
  for (const MissedRead& missed : flow.missed()) reporter.Consider(missed);
}

}  // namespace gait::lint
