// A Distributed Map's ResultWriter: what becomes of the results of the children, and where they are written.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
#pragma once

#include <optional>
#include <string>

#include "engine/definition/state_reader.h"
#include "engine/items/item_batch.h"

namespace gait {

class ResultWriter {
 public:
  // That of a Map; empty if it has none.
  static std::optional<ResultWriter> Of(const StateReader& map);

  // For a Map with this input. Fails with States.ResultWriterFailed where no bucket is named.
  Result<ResultWriting> Evaluate(const StepScope& scope, const Value& input) const;

 private:
  ResultWriting writing_;                     // but for the bucket and the prefix
  std::optional<PayloadTemplate> arguments_;  // Parameters, in JSONPath
};

}  // namespace gait
