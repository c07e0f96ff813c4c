#include "integrations/graphviz.h"

#include <future>

#include "integrations/process.h"

namespace gait {
namespace {

using End = ProcessResult::End;

// Of what it says on its standard error, the first so many bytes are told.
constexpr size_t kSaidBytesMax = 500;

WorkflowError Failure(const ProcessResult& result, const std::string& said) {
  const auto failed = [](std::string cause) { return WorkflowError{"Graphviz", std::move(cause)}; };
  if (result.end == End::kFailed) {
    return failed("dot could not be started (" + result.message +
                  "): install graphviz, or use --format dot, mermaid or json");
  }
  if (result.end == End::kTooLarge) return failed("the picture has more than 64 MiB; use --format dot");
  return failed("dot failed" + (said.empty() ? "" : ": " + said));
}

}  // namespace

Result<std::string> RunDot(std::string dot) {
  ProcessSpec spec;
  spec.command = {"dot", "-Tsvg"};
  spec.input = std::move(dot);
  spec.output_bytes_max = kSvgBytesMax;
  std::string said;  // on the runner's thread until `ended` has its value
  std::promise<ProcessResult> ended;
  std::future<ProcessResult> result = ended.get_future();
  ProcessRunner runner;  // the last of them: no callback runs once it is gone
  runner.Run(
      std::move(spec),
      [&](std::string_view line) {
        if (said.size() + line.size() < kSaidBytesMax) said += (said.empty() ? "" : "; ") + std::string(line);
      },
      [&](ProcessResult r) { ended.set_value(std::move(r)); });
  if (result.wait_for(std::chrono::seconds(kDotSecondsMax)) != std::future_status::ready) {
    runner.Stop();
    return WorkflowError{"Graphviz", "dot took more than " + std::to_string(kDotSecondsMax) +
                                         " seconds; use --format dot, and another layout (sfdp)"};
  }
  ProcessResult svg = result.get();
  if (svg.end != End::kExited || svg.status != 0) return Failure(svg, said);
  return std::move(svg.output);
}

}  // namespace gait
