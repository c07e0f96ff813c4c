// Reads that lead nowhere, told with the way on which they do.
#include <algorithm>
#include <optional>
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

// A miss that is worth telling, and the way on which it happens.
struct Told {
  const MissedRead* missed;
  const Miss* miss;
  std::vector<const Entry*> way;

  const StateView& maker() const { return *way.front()->state; }
  bool caught() const { return way.size() > 1 && way[1]->by == Way::Kind::kCatch; }
  // Is what the path begins with gone because the maker's result has replaced it all?
  bool behind_result() const { return !caught() && way.size() > 1 && maker().type == "Task" && miss->at.missing == 0; }
};

// Of the misses of a read the first that no Choice may have prevented.
std::optional<Told> ToTell(const MissedRead& missed, bool complete) {
  const bool everywhere = !missed.found_elsewhere && complete;
  for (const Miss& miss : missed.misses) {
    std::vector<const Entry*> way = WayOf(miss);
    // A Choice may have been made by what decides whether the path is there.
    if (!everywhere && (ChoiceBetween(way) || missed.read->may_be_skipped)) continue;
    if (IsAskedFor(missed.read->path, way)) continue;
    Told told{&missed, &miss, std::move(way)};
    // What is only believed to be missing is told where its input had it.
    if (!miss.at.where->open || (told.behind_result() && WasInInput(missed.read->path, *told.way.front()))) return told;
  }
  return std::nullopt;
}

std::string ResultName(const StateView& state) {
  return state.Has("ResultSelector") || state.resource->action.empty() ? "result" : state.resource->action;
}

void ReportOverwritten(const Told& told, Report& report) {
  const StateView& task = told.maker();
  report.Add("input-overwritten", task.place,
             "The result replaces the whole input, of which " + std::string(told.missed->state->name) +
                 " still reads " + std::string(told.missed->read->path.text) + ": " + WayText(told.way),
             task.jsonata() ? "hand on both in Output, or keep one of them in a variable"
                            : "keep the input beside it with a ResultPath, such as $." + ResultName(task));
}

void ReportMissing(const Told& told, Report& report) {
  const DataPath& path = told.missed->read->path;
  const Lookup& at = told.miss->at;
  std::string hint = WhatThereIs(*at.where, path.steps[at.missing]);
  if (told.caught() && at.missing == 0) {
    hint = "the Catcher of " + std::string(told.maker().name) + " replaces the whole input by Error and Cause; " +
           (told.maker().jsonata() ? "an Output" : "a ResultPath") + " can keep it";
  }
  report.Add("path-cannot-exist", told.missed->read->place,
             "There is no " + std::string(path.text) + " on the way " + WayText(told.way), std::move(hint));
}

}  // namespace

void CheckDataFlow(LintContext& context) {
  const DataFlow flow(context.machine);
  const std::vector<MissedRead> all = flow.missed();
  std::vector<Told> told;
  for (const MissedRead& missed : all) {
    if (auto tell = ToTell(missed, flow.complete())) told.push_back(*std::move(tell));
  }
  // A Task that has overwritten its input is told of once, however much of it is missed.
  std::set<const StateView*> overwriters;
  for (const Told& t : told) {
    if (!t.behind_result() || !WasInInput(t.missed->read->path, *t.way.front())) continue;
    if (overwriters.insert(&t.maker()).second) ReportOverwritten(t, context.report);
  }
  for (const Told& t : told) {
    if (!t.behind_result() || !overwriters.contains(&t.maker())) ReportMissing(t, context.report);
  }
}

}  // namespace gait::lint
