// What an ItemReader asks for.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/json/value.h"

namespace gait {

// How the items stand in what is read: a ReaderConfig, but for MaxItems.
struct ItemFormat {
  enum class InputType : uint8_t { kJson, kJsonLines, kCsv, kParquet };
  enum class ManifestType : uint8_t { kAthenaData, kS3Inventory };

  InputType type = InputType::kJson;     // with a manifest: of the objects that it names
  std::optional<ManifestType> manifest;  // what is read names the objects that have the items
  std::string pointer;                   // ItemsPointer; "" if there is none
  char delimiter = ',';
  std::optional<std::vector<std::string>> headers;  // CSVHeaders; empty: the first row has them
  bool flatten = false;  // Transformation LOAD_AND_FLATTEN: the items in the objects that are listed
};

struct ItemReading {
  std::string resource;   // "arn:aws:states:::s3:getObject"
  Value arguments;        // an object
  int64_t items_max = 0;  // 0: all; less than 0 is a user's error
  ItemFormat format;
};

}  // namespace gait
