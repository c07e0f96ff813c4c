// YAML 1.2 (core schema) to Value, for definitions and test files. The only user of yaml-cpp.
#pragma once

#include <string_view>

#include "engine/json/document.h"

namespace gait {

// Reads the first document of the text and, where `positions` is not null, notes where its parts stand.
DocumentParse ParseYaml(std::string_view text, YamlTags tags, Positions::Map* positions,
                        std::map<std::string, SourcePosition>* duplicates);

}  // namespace gait
