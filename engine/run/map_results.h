// What becomes of the results of a Map Run's children: the state's result, or objects that a ResultWriter writes.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/quotas.h"
#include "engine/items/byte_sink.h"
#include "engine/items/item_batch.h"
#include "engine/run/item_feed.h"
#include "engine/step/execution_info.h"
#include "engine/store/store.h"

namespace gait {

// Opens an object to be written: its bucket and its key.
using OpenObject = std::function<Result<std::unique_ptr<ByteSink>>(std::string_view bucket, std::string_view key)>;

struct MapRunResults {
  const ResultWriting& writing;
  const MapRunRecord& run;
  const ExecutionInfo& child;  // of any of its children: their machine and type
  Store& store;
  const Quotas& quotas;
};

// The ARN of a child that has this name in the store: of an EXPRESS one `NAME:RUN`.
std::string ChildArn(const ExecutionInfo& child, std::string_view name);

// Together they are more than a state's result may be.
WorkflowError ResultsTooLarge(const MapRunRecord& run);

// The results as they stand in the store, in the order of the items: an array. Fails with States.DataLimitExceeded when
// that is larger than a state's result may be.
Result<Value> CollectResults(const MapRunResults& results);

// Writes SUCCEEDED_0.json and so on, and manifest.json, which names them. `pending` has what no child was given; null
// if there is nothing. Gives the state's result, and sets `record` to what MapRunRecord::results is then: a JSON object
// with `Succeeded`, the files of all generations, `Redrive`, the last of them, and `From`, the first redrive of those
// whose children are in its file: where nothing could be written, the next redrive writes what that brought. What is
// written a second time stands in the place of the first. Fails with States.ResultWriterFailed, or with what `pending`
// failed with.
Result<Value> WriteResults(const MapRunResults& results, const OpenObject& open, ItemFeed* pending,
                           std::string& record);

}  // namespace gait
