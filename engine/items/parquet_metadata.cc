#include "engine/items/parquet_metadata.h"

#include <array>
#include <optional>
#include <utility>

#include "engine/base/error_names.h"
#include "engine/items/parquet_schema.h"
#include "engine/items/thrift_compact.h"

namespace gait {
namespace {

constexpr int64_t kMagicSize = 4, kTailSize = 8;  // "PAR1"; the footer's size and "PAR1"
constexpr std::string_view kMagic = "PAR1", kEncryptedMagic = "PARE";
constexpr std::string_view kFooter = "footer";

// By CompressionCodec's numbers.
constexpr std::array<std::string_view, 8> kCodecNames = {"UNCOMPRESSED", "SNAPPY", "GZIP", "LZO",
                                                         "BROTLI",       "LZ4",    "ZSTD", "LZ4_RAW"};

bool IsSupported(int64_t codec) {
  switch (static_cast<ParquetCodec>(codec)) {
    case ParquetCodec::kUncompressed:
    case ParquetCodec::kSnappy:
    case ParquetCodec::kGzip:
    case ParquetCodec::kZstd: return true;
  }
  return false;
}

uint32_t LittleEndian32(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(i)]);
  return value;
}

struct Footer {
  std::string text;  // a FileMetaData
  int64_t begin = 0;
};

Result<Footer> ReadFooter(RandomBytes& bytes) {
  const int64_t size = bytes.size();
  const auto broken = [](int64_t offset, std::string what) { return ParquetError(kFooter, offset, what); };
  if (size < kMagicSize + kTailSize) return ParquetError("end", size, "too short for one, which has 12 bytes at least");
  Result<std::string> head = ReadParquetBytes(bytes, "beginning", 0, kMagicSize);
  if (!head) return std::move(head).error();
  Result<std::string> tail = ReadParquetBytes(bytes, kFooter, size - kTailSize, kTailSize);
  if (!tail) return std::move(tail).error();
  const std::string_view magic = std::string_view(*tail).substr(4);
  if (magic == kEncryptedMagic || *head == kEncryptedMagic) {
    return broken(size - kMagicSize, "encrypted (PARE), which is not supported");
  }
  if (*head != kMagic) return ParquetError("beginning", 0, "not PAR1: this is no Parquet file");
  if (magic != kMagic)
    return ParquetError("end", size - kMagicSize, "not PAR1: the file is cut off, or no Parquet file");
  const int64_t length = LittleEndian32(*tail);
  if (length > size - kMagicSize - kTailSize) {
    return broken(size - kTailSize, "its length of " + std::to_string(length) + " bytes is more than the file has");
  }
  if (length > kParquetFooterBytesMax) {
    return broken(size - kTailSize, "its length of " + std::to_string(length) + " bytes is more than 5 MiB");
  }
  Footer footer;
  footer.begin = size - kTailSize - length;
  Result<std::string> text = ReadParquetBytes(bytes, kFooter, footer.begin, static_cast<size_t>(length));
  if (!text) return std::move(text).error();
  footer.text = std::move(text).value();
  return footer;
}

// What of a ColumnMetaData must fit to others.
struct ChunkFields {
  int64_t type = -1, codec = -1, values = -1, size = -1, data = -1, dictionary = -1;
  size_t path_parts = 0;
  std::string_view path;
};

ChunkFields ReadColumnMetaData(ThriftReader& in, const ThriftField& field) {
  ChunkFields chunk;
  in.Struct(field, [&](const ThriftField& part) {
    switch (part.id) {
      case 1: chunk.type = in.Int(part, 0, 7); break;
      case 3:
        in.List(part, [&](const ThriftField& name) {
          chunk.path = in.Binary(name);
          ++chunk.path_parts;
        });
        break;
      case 4: chunk.codec = in.Int(part, 0, kCodecNames.size() - 1); break;
      case 5: chunk.values = in.Int(part, 0); break;
      case 7: chunk.size = in.Int(part, 0); break;
      case 9: chunk.data = in.Int(part, 0); break;
      case 11: chunk.dictionary = in.Int(part, 0); break;
      default: in.Skip(part); break;
    }
  });
  return chunk;
}

// Reads the row groups of a footer whose columns are known.
class GroupReader {
 public:
  GroupReader(ThriftReader& in, const std::vector<ParquetColumn>& columns, int64_t data_end)
      : in_(in), columns_(columns), data_end_(data_end) {}

  ParquetRowGroup Read(const ThriftField& field) {
    ParquetRowGroup group;
    values_.clear();
    in_.Struct(field, [&](const ThriftField& part) {
      switch (part.id) {
        case 1: in_.List(part, [&](const ThriftField& item) { ReadChunk(item, group); }); break;
        case 3: group.rows = in_.Int(part, 0); break;
        default: in_.Skip(part); break;
      }
    });
    Check(group);
    return group;
  }

 private:
  void ReadChunk(const ThriftField& item, ParquetRowGroup& group) {
    if (group.chunks.size() == columns_.size()) return in_.Fail("a row group with more columns than the schema has");
    const ParquetColumn& column = columns_[group.chunks.size()];
    std::optional<ChunkFields> fields;
    in_.Struct(item, [&](const ThriftField& part) {
      switch (part.id) {
        case 1: Fail(column, "is in another file, which is not supported"); break;
        case 3: fields = ReadColumnMetaData(in_, part); break;
        case 8:
        case 9: Fail(column, "is encrypted, which is not supported"); break;
        default: in_.Skip(part); break;
      }
    });
    if (!in_.ok()) return;
    if (!fields) return Fail(column, "is said nothing of in a row group");
    values_.push_back(fields->values);
    group.chunks.push_back(Checked(column, *fields));
  }

  ParquetChunk Checked(const ParquetColumn& column, const ChunkFields& fields) {
    if (fields.path_parts != 1 || fields.path != column.name) Fail(column, "has another name in a row group");
    if (fields.type != static_cast<int64_t>(column.type)) Fail(column, "has another type in a row group");
    if (fields.codec < 0) Fail(column, "has no codec in a row group");
    if (in_.ok() && !IsSupported(fields.codec)) {
      Fail(column, "is compressed with " + std::string(kCodecNames[static_cast<size_t>(fields.codec)]) +
                       ", which is not supported: UNCOMPRESSED, SNAPPY, GZIP and ZSTD are");
    }
    ParquetChunk chunk;
    chunk.codec = static_cast<ParquetCodec>(fields.codec);
    // Writers that have no dictionary say nothing of it, or 0.
    chunk.begin = fields.dictionary > 0 && fields.dictionary < fields.data ? fields.dictionary : fields.data;
    if (chunk.begin < kMagicSize || chunk.begin > data_end_ || fields.size < 0 ||
        fields.size > data_end_ - chunk.begin) {
      Fail(column, "is said to be at byte " + std::to_string(chunk.begin) + " with " + std::to_string(fields.size) +
                       " bytes, where there are none of it");
    }
    if (in_.ok()) chunk.end = chunk.begin + fields.size;
    return chunk;
  }

  void Check(const ParquetRowGroup& group) {
    if (!in_.ok()) return;
    if (group.chunks.size() != columns_.size()) return in_.Fail("a row group that lacks columns");
    int64_t size = 0;  // below 10,000 files' sizes
    for (size_t i = 0; i < columns_.size(); ++i) {
      size += group.chunks[i].end - group.chunks[i].begin;
      if (values_[i] == group.rows) continue;
      Fail(columns_[i],
           "has " + std::to_string(values_[i]) + " values in a row group of " + std::to_string(group.rows) + " rows");
    }
    if (size > kParquetRowGroupBytesMax) in_.Fail("a row group of more than 256 MiB");
  }

  void Fail(const ParquetColumn& column, std::string what) {
    in_.Fail("the column '" + column.name + "' " + std::move(what));
  }

  ThriftReader& in_;
  const std::vector<ParquetColumn>& columns_;
  const int64_t data_end_;
  std::vector<int64_t> values_;  // of each column's chunk
};

}  // namespace

WorkflowError ParquetError(std::string_view where, int64_t offset, std::string_view what) {
  std::string cause = "The Parquet file's ";
  cause.append(where).append(" at byte ").append(std::to_string(offset)).append(": ").append(what);
  return {std::string(error_names::kItemReaderFailed), std::move(cause)};
}

Result<std::string> ReadParquetBytes(RandomBytes& bytes, std::string_view where, int64_t offset, size_t count) {
  if (count == 0) return std::string();
  Result<std::string> read = bytes.ReadAt(offset, count);
  if (read && read->size() != count) return ParquetError(where, offset, "the file has become shorter");
  return read;
}

Result<ParquetMetadata> ReadParquetMetadata(RandomBytes& bytes) {
  const Result<Footer> footer = ReadFooter(bytes);
  if (!footer) return footer.error();
  const auto broken = [&](const ThriftReader& in) {
    return ParquetError(kFooter, footer->begin + static_cast<int64_t>(in.position()), in.error());
  };
  ParquetMetadata metadata;
  // Twice: what the row groups say is checked against the schema, wherever that stands.
  ThriftReader schema(footer->text);
  schema.Struct([&](const ThriftField& field) {
    if (field.id == 2) {
      metadata.columns = ReadParquetSchema(schema, field);
    } else {
      schema.Skip(field);
    }
  });
  if (metadata.columns.empty()) schema.Fail("no schema");
  if (!schema.ok()) return broken(schema);

  ThriftReader in(footer->text);
  GroupReader groups(in, metadata.columns, footer->begin);
  int64_t rows = -1, rows_in_groups = 0;
  in.Struct([&](const ThriftField& field) {
    switch (field.id) {
      case 3: rows = in.Int(field, 0); break;
      case 4:
        in.List(field, [&](const ThriftField& item) {
          metadata.groups.push_back(groups.Read(item));
          if (metadata.groups.back().rows > INT64_MAX - rows_in_groups) return in.Fail("more rows than can be counted");
          rows_in_groups += metadata.groups.back().rows;
        });
        break;
      default: in.Skip(field); break;
    }
  });
  if (in.ok() && rows != rows_in_groups) {
    in.Fail("the number of rows is " + std::to_string(rows) + ", but those in the row groups are " +
            std::to_string(rows_in_groups));
  }
  if (!in.ok()) return broken(in);
  return metadata;
}

}  // namespace gait
