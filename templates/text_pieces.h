// A text that a template puts together (Fn::Sub, Fn::Join) from texts that stand in it and from what only a deployment
// knows: for the latter there is a placeholder, `${Ref:Table}`. Each byte of it knows where it came from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/pointer.h"
#include "engine/json/value.h"
#include "templates/host.h"

namespace gait::templates {

// A `${Name}` that a deployment puts a value in for.
struct Reference {
  std::string name;
  bool in_sub;          // Fn::Sub does it; else DefinitionSubstitutions
  bool certain;         // no other use of `${...}` comes into question, as it does in the command of a shell
  std::string pointer;  // of the string in the template that it stands in
  size_t offset;        // where in it: of the `$`
};

// Those of a definition, as many as there may reasonably be.
struct References {
  std::vector<Reference> found;
  // There are more of them, or something is put in at the deployment that may itself have some.
  bool incomplete = false;

  void Add(Reference reference);
};

class TextPieces {
 public:
  const std::string& text() const { return text_; }
  // Is there more to it than what a deployment puts in?
  bool is_known() const;

  // Bytes `from` and those that follow of the string at `pointer`.
  void Append(std::string_view text, const std::string& pointer, size_t from);
  // What has no text in the template; it stands for the value at `pointer`.
  void AppendValue(std::string_view text, const std::string& pointer);

  // Where the byte at `offset` stands in the template.
  SourcePosition PositionOf(const Host& host, size_t offset) const;

 private:
  struct Piece {
    size_t begin;  // in text_
    std::string pointer;
    std::optional<size_t> from;
  };
  std::string text_;
  std::vector<Piece> pieces_;
};

// Notes the references in a string of the template for which DefinitionSubstitutions may have a value.
void FindReferences(std::string_view text, const std::string& pointer, References& references);

}  // namespace gait::templates
