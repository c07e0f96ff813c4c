// Collects what is found in a definition: what is wrong, all of it, in the order of the text, and what can only be
// judged when all has been read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/json/document.h"
#include "engine/json/pointer.h"
#include "engine/lang/payload_template.h"

namespace gait {

class Report {
 public:
  // A finding of the rule at `place`. AWS names the same place, unless AddAt gives another. The finding that is given
  // back is good until the next one is added: for its `fix`.
  Diagnostic& Add(std::string_view rule, const Place& place, std::string message, std::string hint = "");
  // AWS names `location`, an object around `place`.
  Diagnostic& AddAt(std::string_view rule, const Place& place, const Place& location, std::string message,
                    std::string hint = "");
  // AWS gives no location.
  Diagnostic& AddUnlocated(std::string_view rule, const Place& place, std::string message, std::string hint = "");

  const Diagnostics& diagnostics() const { return diagnostics_; }
  Diagnostics Take() { return std::move(diagnostics_); }
  // Takes back the findings that `matches`.
  template <typename Matches>
  void Drop(Matches matches) {
    std::erase_if(diagnostics_, matches);
  }
  bool has_errors() const { return HasErrors(diagnostics_); }

  void AddRead(VariableRead read) { reads_.push_back(std::move(read)); }
  const std::vector<VariableRead>& reads() const { return reads_; }

  // The definition is a template: what has a placeholder in it may become anything before it is deployed.
  void KeepPlaceholders() { keeps_placeholders_ = true; }
  // May the text become another?
  bool IsOpen(std::string_view text) const { return keeps_placeholders_ && HasPlaceholder(text); }

 private:
  bool keeps_placeholders_ = false;
  Diagnostics diagnostics_;
  std::vector<VariableRead> reads_;
};

// "[a, b]": how AWS's messages list names.
template <typename Names>
std::string Bracketed(const Names& names) {
  std::string text = "[";
  for (const auto& name : names) {
    if (text.size() > 1) text += ", ";
    text += name;
  }
  return text + "]";
}

}  // namespace gait
