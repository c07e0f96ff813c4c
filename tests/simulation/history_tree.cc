#include "tests/simulation/history_tree.h"

#include "engine/history/codec.h"
#include "engine/history/event_table.h"
#include "engine/json/write.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {

std::vector<HistoryEvent> DecodeHistory(const std::vector<std::string>& segments) {
  std::vector<HistoryEvent> events;
  HistoryCodec codec;
  for (const std::string& segment : segments) {
    for (std::string_view rest = segment; !rest.empty();) events.push_back(codec.Decode(rest));
  }
  return events;
}

HistoryTree TreeOf(std::vector<HistoryEvent> events) {
  HistoryTree tree;
  tree.events = std::move(events);
  std::map<int64_t, EventType> types;
  std::map<BranchId, BranchHistory*> running;
  tree.branches.emplace_back();
  running[0] = &tree.branches.front();
  int64_t last_id = 0;
  for (size_t i = 0; i < tree.events.size(); ++i) {
    const HistoryEvent& e = tree.events[i];
    if (e.id != 0) {
      Require(e.id == last_id + 1, kDense, "event " + std::to_string(e.id) + " follows " + std::to_string(last_id));
      last_id = e.id;
      types[e.id] = e.type;
    }
    const auto cause = types.find(e.previous_event_id);
    const bool begins =
        cause != types.end() &&
        ((RowOf(e.type).number == NumberMeaning::kState &&
          (cause->second == EventType::kParallelStateStarted || cause->second == EventType::kMapIterationStarted)) ||
         (e.type == EventType::kMapIterationAborted && cause->second == EventType::kMapIterationStarted));
    if (begins) {
      tree.branches.emplace_back();
      running[e.branch] = &tree.branches.back();
      tree.begun_by[e.previous_event_id].push_back(&tree.branches.back());
    }
    const auto branch = running.find(e.branch);
    Require(branch != running.end(), kDense, "event " + std::to_string(e.id) + " belongs to no branch");
    branch->second->events.push_back(i);
  }
  return tree;
}

std::string Describe(const std::vector<HistoryEvent>& events) {
  std::string text;
  for (const HistoryEvent& e : events) {
    text += std::to_string(e.timestamp.ms % 100'000'000) + " #" + std::to_string(e.id) + "<" +
            std::to_string(e.previous_event_id) + " b" + std::to_string(e.branch) + " ";
    const std::string_view name = RowOf(e.type).name;
    text += name.empty() ? "(" + std::to_string(static_cast<int>(e.type)) + ")" : std::string(name);
    if (e.name.is_string()) text.append(" ").append(e.name.as_string());
    if (e.number != 0) text += " " + std::to_string(e.number);
    if (e.payload.present()) text += " " + e.payload.text();
    for (const auto& [field, value] : e.fields)
      text += " [" + std::to_string(static_cast<int>(field)) + "] " + ToJson(value);
    text += "\n";
  }
  return text;
}

}  // namespace gait::simulation
