// The schema in a Parquet file's footer.
#pragma once

#include <vector>

#include "engine/items/parquet_metadata.h"
#include "engine/items/thrift_compact.h"

namespace gait {

// Reads a FileMetaData's field `schema`, a list of SchemaElement. Fails, by `in`, if it is not flat.
std::vector<ParquetColumn> ReadParquetSchema(ThriftReader& in, const ThriftField& field);

}  // namespace gait
