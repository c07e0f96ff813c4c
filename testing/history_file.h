// A recorded history in a file: what `aws stepfunctions get-execution-history` printed, or `gait history --format
// json`. https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/history/event.h"
#include "engine/json/document.h"

namespace gait {

struct RecordedHistory {
  // From ExecutionStarted on, by their ids, which count from 1 without a gap. Payloads that the file does not have are
  // absent.
  std::vector<HistoryEvent> events;
  std::set<int64_t> truncated;    // events whose payload, or variables, were cut short when they were recorded
  bool without_data = false;      // read with includeExecutionData false: there are no inputs and no outputs
  bool pages_missing = false;     // the last page has a nextToken
  bool ended = false;             // the last event is one that ends an execution
  int64_t redriven_at_event = 0;  // the first ExecutionRedriven; 0: none

  // Is it unknown what the event's payload was?
  bool Unknown(const HistoryEvent& event) const;
};

struct HistoryFileParse {
  RecordedHistory history;  // of use if `diagnostics` has no errors
  Diagnostics diagnostics;  // the rule of each is "invalid-json" or "invalid-history"
};

// Takes a page ({"events": [...]}), several pages one behind the other or in an array, or an array of events; events in
// either order; timestamps as ISO 8601 texts or as seconds since the epoch. Pages may overlap. Stops at the first thing
// that is wrong.
HistoryFileParse ReadHistoryFile(std::string_view text, DocumentFormat format);

}  // namespace gait
