// A Parquet value as JSON. AWS does not document how a row's values become those of an item; this is how here:
//
//   numbers            as numbers; of a FLOAT or DOUBLE as engine/json/write.h spells them; what is not finite is null
//   DECIMAL            a number with as many digits behind the point as its scale says
//   STRING, ENUM, JSON a text, which must be UTF-8
//   DATE               "2026-03-14"
//   TIME               "01:59:26.535", with 3, 6 or 9 digits as its unit says
//   TIMESTAMP, INT96   "2026-03-14T01:59:26.535Z", with 3, 6 or 9 digits; one that is not adjusted to UTC likewise, so
//   that
//                      what compares timestamps can read it
//   UUID               "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
//   other bytes        a text, as Base64
#pragma once

#include <string>
#include <string_view>

#include "engine/items/parquet_metadata.h"
#include "engine/items/parquet_values.h"

namespace gait {

// Appends the value's JSON. What is wrong with it, or "".
std::string_view AppendParquetValue(std::string& out, const ParquetColumn& column, const ParquetValue& value);

}  // namespace gait
