// What the readers of the kinds of templates share: making Sources of what they find.
#pragma once

#include <map>
#include <memory>

#include "templates/functions.h"
#include "templates/host.h"
#include "templates/sources.h"

namespace gait::templates {

using Substitutions = std::map<std::string, std::string, std::less<>>;

Diagnostic Finding(std::string_view rule, SourcePosition position, std::string message, std::string hint = "");

// A machine of which only `finding` is told.
Source NotCompiled(const std::shared_ptr<const Host>& host, std::string machine, Diagnostic finding);

// The definition is a text within the host.
Source OfText(std::shared_ptr<const Host> host, std::string machine, TextPieces pieces,
              Substitutions substitutions = {});

// The definition is the object at `pointer` of the host, `definition` without its functions.
Source OfObject(std::shared_ptr<const Host> host, std::string machine, std::string pointer, Value definition,
                Substitutions substitutions = {});

// The definition is a file.
Source OfFile(std::string file, std::string machine, std::string text, Substitutions substitutions = {});

// The path of a file that `file` names: relative to its folder.
std::string Beside(std::string_view file, std::string_view path);

// What is told of a definition in a file that cannot be read: `OtherFile` has no text.
Diagnostic NotRead(const OtherFile& other, std::string_view path, SourcePosition position);

// The readers of the kinds of templates. They add what they find, and nothing if it is not their kind of file.
void FindInCloudFormation(const std::shared_ptr<const Host>& host, const Place& place, const FileReader& reader,
                          std::vector<Source>& sources);
void FindInServerless(const std::shared_ptr<const Host>& host, const FileReader& reader, std::vector<Source>& sources);
void FindInTerraformPlan(const std::shared_ptr<const Host>& host, std::vector<Source>& sources);
void FindInTerraform(const std::string& file, const std::string& text, const FileReader& reader,
                     std::vector<Source>& sources);

}  // namespace gait::templates
