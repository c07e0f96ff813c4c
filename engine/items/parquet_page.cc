#include "engine/items/parquet_page.h"

#include <algorithm>
#include <utility>

#include "engine/base/crc32.h"
#include "engine/items/thrift_compact.h"

namespace gait {
namespace {

constexpr size_t kWindow = 4096;             // what is read for a header: most have below 100 bytes
constexpr size_t kHeaderBytesMax = 1 << 20;  // statistics may have the longest values
constexpr size_t kLengthSize = 4;            // in front of a page's levels

}  // namespace

struct ParquetPages::Header {
  enum class Kind : uint8_t { kData = 0, kIndex = 1, kDictionary = 2, kDataV2 = 3 };

  int64_t offset = 0;
  Kind kind = Kind::kData;
  int64_t stored = -1, unpacked = -1;  // bytes behind the header
  std::optional<uint32_t> crc;
  int64_t count = -1;
  int64_t encoding = -1, level_encoding = -1;
  int64_t level_bytes = 0, repetition_bytes = 0;  // kDataV2
  bool compressed = true;                         // kDataV2

  void Read(ThriftReader& in);

 private:
  void ReadKind(ThriftReader& in, const ThriftField& field);
};

void ParquetPages::Header::Read(ThriftReader& in) {
  int64_t type = -1;
  std::optional<Kind> described;
  in.Struct([&](const ThriftField& field) {
    switch (field.id) {
      case 1: type = in.Int(field, 0, 3); break;
      case 2: unpacked = in.Int(field, 0, INT32_MAX); break;
      case 3: stored = in.Int(field, 0, INT32_MAX); break;
      case 4: crc = static_cast<uint32_t>(in.Int(field, INT32_MIN, UINT32_MAX)); break;
      case 5: described = Kind::kData; break;
      case 7: described = Kind::kDictionary; break;
      case 8: described = Kind::kDataV2; break;
      default: break;
    }
    if (field.id == 5 || field.id == 7 || field.id == 8) {
      kind = *described;
      ReadKind(in, field);
    } else if (field.id > 4) {
      in.Skip(field);
    }
  });
  if (!in.ok()) return;
  if (type < 0 || stored < 0 || unpacked < 0) return in.Fail("a page without a type or a size");
  kind = static_cast<Kind>(type);
  if (kind == Kind::kIndex) return;
  if (described != kind) return in.Fail("a page that is described as another type");
  if (count < 0 || encoding < 0) in.Fail("a page without a count or an encoding");
  if (level_bytes + repetition_bytes > std::min(stored, unpacked)) in.Fail("a page with more levels than bytes");
  if (repetition_bytes != 0) in.Fail("a page with repetition levels in a column that is not repeated");
}

// A DataPageHeader, DictionaryPageHeader, or DataPageHeaderV2.
void ParquetPages::Header::ReadKind(ThriftReader& in, const ThriftField& field) {
  const bool v1 = kind == Kind::kData, v2 = kind == Kind::kDataV2;
  in.Struct(field, [&](const ThriftField& part) {
    if (part.id == 1) {
      count = in.Int(part, 0, INT32_MAX);
    } else if (part.id == (v2 ? 4 : 2)) {
      encoding = in.Int(part, 0, kParquetEncodingMax);
    } else if (v1 && part.id == 3) {
      level_encoding = in.Int(part, 0, kParquetEncodingMax);
    } else if (v2 && part.id == 5) {
      level_bytes = in.Int(part, 0, INT32_MAX);
    } else if (v2 && part.id == 6) {
      repetition_bytes = in.Int(part, 0, INT32_MAX);
    } else if (v2 && part.id == 7) {
      compressed = in.Bool(part);
    } else {
      in.Skip(part);
    }
  });
}

ParquetPages::ParquetPages(RandomBytes& bytes, const ParquetColumn& column, const ParquetChunk& chunk,
                           ParquetBudget& budget)
    : bytes_(bytes),
      column_(column),
      chunk_(chunk),
      budget_(budget),
      where_("column '" + column.name + "'"),
      at_(chunk.begin) {}

// The next `count` bytes, which are there.
Result<std::string> ParquetPages::Take(size_t count) {
  std::string taken;
  if (count <= window_.size()) {
    taken = window_.substr(0, count);
    window_.erase(0, count);
  } else {
    taken = std::exchange(window_, {});
    Result<std::string> rest =
        ReadParquetBytes(bytes_, where_, at_ + static_cast<int64_t>(taken.size()), count - taken.size());
    if (!rest) return rest;
    taken += *rest;
  }
  at_ += static_cast<int64_t>(count);
  return taken;
}

Result<ParquetPages::Header> ParquetPages::ReadHeader() {
  const auto left = static_cast<size_t>(chunk_.end - at_);
  for (size_t size = kWindow;; size *= 4) {
    const size_t wanted = std::min(size, left);
    if (window_.size() < wanted) {
      Result<std::string> more =
          ReadParquetBytes(bytes_, where_, at_ + static_cast<int64_t>(window_.size()), wanted - window_.size());
      if (!more) return std::move(more).error();
      window_ += *more;
    }
    ThriftReader in(window_);
    Header header;
    header.Read(in);
    if (in.cut_off() && window_.size() < left && window_.size() < kHeaderBytesMax) continue;
    const auto position = static_cast<int64_t>(in.position());
    if (!in.ok()) return ParquetError(where_, at_ + position, "a page's header: " + in.error());
    header.offset = at_;
    window_.erase(0, in.position());
    at_ += position;
    return header;
  }
}

std::optional<WorkflowError> ParquetPages::Hold(const Header& header, int64_t bytes, Body& body) {
  if (bytes > budget_.left) {
    return ParquetError(where_, header.offset, "with this page, those of all columns have more than 512 MiB");
  }
  budget_.left -= bytes;
  body.held += bytes;
  return std::nullopt;
}

void ParquetPages::Release(Body& body) {
  budget_.left += body.held;
  body = {};
}

std::optional<WorkflowError> ParquetPages::ReadBody(const Header& header, Body& body) {
  Release(body);
  if (header.stored > chunk_.end - at_) {
    return ParquetError(
        where_, header.offset,
        "a page of " + std::to_string(header.stored) + " bytes, which is more than the column has left");
  }
  if (std::max(header.stored, header.unpacked) > kParquetPageBytesMax) {
    return ParquetError(where_, header.offset, "a page of more than 256 MiB");
  }
  if (auto error = Hold(header, header.stored, body)) return error;
  Result<std::string> stored = Take(static_cast<size_t>(header.stored));
  if (!stored) return std::move(stored).error();
  body.stored = std::move(stored).value();
  if (header.crc && Crc32(body.stored) != *header.crc) {
    return ParquetError(where_, header.offset, "a page that does not have the checksum that its header says");
  }
  return std::nullopt;
}

Result<std::string_view> ParquetPages::Unpack(const Header& header, size_t skipped, Body& body) {
  const std::string_view packed = std::string_view(body.stored).substr(skipped);
  const size_t size = static_cast<size_t>(header.unpacked) - skipped;
  if (chunk_.codec == ParquetCodec::kUncompressed || !header.compressed) {
    if (packed.size() == size) return packed;
    return ParquetError(where_, header.offset, "a page that is not compressed and has two sizes");
  }
  if (size == 0) return std::string_view();
  if (auto error = Hold(header, static_cast<int64_t>(size), body)) return *std::move(error);
  const std::string broken = ParquetDecompress(chunk_.codec, packed, size, body.unpacked);
  if (!broken.empty()) return ParquetError(where_, header.offset, "a page that cannot be unpacked: " + broken);
  if (skipped == 0) {  // nothing borrows them any more
    budget_.left += header.stored;
    body.held -= header.stored;
    body.stored = {};
  }
  return std::string_view(body.unpacked.get(), size);
}

std::optional<WorkflowError> ParquetPages::ReadDictionary(const Header& header) {
  if (has_dictionary_) return ParquetError(where_, header.offset, "a second dictionary");
  const auto encoding = static_cast<ParquetEncoding>(header.encoding);
  if (encoding != ParquetEncoding::kPlain && encoding != ParquetEncoding::kPlainDictionary) {
    return ParquetError(where_, header.offset,
                        "a dictionary with the encoding " + std::string(ParquetEncodingName(header.encoding)));
  }
  if (auto error = ReadBody(header, dictionary_body_)) return error;
  const Result<std::string_view> values = Unpack(header, 0, dictionary_body_);
  if (!values) return values.error();
  if (auto error = Hold(header, header.unpacked, dictionary_body_)) return error;  // the places of the values
  if (!dictionary_.Read(column_, *values, static_cast<size_t>(header.count))) {
    return ParquetError(where_, header.offset,
                        "a dictionary without the " + std::to_string(header.count) + " values that it says");
  }
  has_dictionary_ = true;
  return std::nullopt;
}

Result<ParquetPage> ParquetPages::ReadPage(const Header& header) {
  if (auto error = ReadBody(header, page_)) return *std::move(error);
  const Result<std::string_view> content = Unpack(header, static_cast<size_t>(header.level_bytes), page_);
  if (!content) return content.error();
  ParquetPage page;
  page.offset = header.offset;
  page.rows = static_cast<size_t>(header.count);
  page.encoding = static_cast<ParquetEncoding>(header.encoding);
  page.values = *content;
  if (header.kind == Header::Kind::kDataV2) {
    page.levels = std::string_view(page_.stored).substr(0, static_cast<size_t>(header.level_bytes));
    return page;
  }
  if (!column_.optional) return page;
  size_t size = 0, begin = 0;
  if (header.level_encoding == static_cast<int64_t>(ParquetEncoding::kBitPacked)) {
    page.levels_bit_packed = true;
    size = (page.rows + 7) / 8;
  } else if (header.level_encoding != static_cast<int64_t>(ParquetEncoding::kRle)) {
    return ParquetError(where_, header.offset, "a page with levels that are neither RLE nor BIT_PACKED");
  } else if (content->size() >= kLengthSize) {
    begin = kLengthSize;
    for (size_t i = kLengthSize; i > 0; --i) size = size << 8 | static_cast<unsigned char>((*content)[i - 1]);
  }
  if (size > content->size() - begin) return ParquetError(where_, header.offset, "a page with more levels than bytes");
  page.levels = content->substr(begin, size);
  page.values = content->substr(begin + size);
  return page;
}

Result<std::optional<ParquetPage>> ParquetPages::Next() {
  while (at_ < chunk_.end) {
    const Result<Header> header = ReadHeader();
    if (!header) return header.error();
    switch (header->kind) {
      case Header::Kind::kDictionary:
        if (auto error = ReadDictionary(*header)) return *std::move(error);
        break;
      case Header::Kind::kIndex:
        if (auto error = ReadBody(*header, page_)) return *std::move(error);
        break;
      case Header::Kind::kData:
      case Header::Kind::kDataV2: {
        Result<ParquetPage> page = ReadPage(*header);
        if (!page) return std::move(page).error();
        return std::optional(std::move(page).value());
      }
    }
  }
  return std::optional<ParquetPage>();
}

}  // namespace gait
