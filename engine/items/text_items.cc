#include "engine/items/text_items.h"

#include <utility>

#include "engine/base/check.h"
#include "engine/items/csv_items.h"
#include "engine/items/json_items.h"
#include "engine/items/json_line_items.h"

namespace gait {

std::unique_ptr<ItemSource> ItemsIn(const ItemFormat& format, std::unique_ptr<ByteSource> bytes, std::string name) {
  switch (format.type) {
    case ItemFormat::InputType::kCsv: return CsvItems(format, std::move(bytes), std::move(name));
    case ItemFormat::InputType::kJsonLines: return JsonLineItems(std::move(bytes), std::move(name));
    case ItemFormat::InputType::kJson: return JsonItems(format.pointer, std::move(bytes), std::move(name));
    default: break;
  }
  GAIT_CHECK(false, "an ItemReader's input type is that of no text");
  return nullptr;
}

}  // namespace gait
