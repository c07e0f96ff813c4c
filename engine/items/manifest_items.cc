#include "engine/items/manifest_items.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/error_names.h"
#include "engine/base/md5.h"
#include "engine/items/byte_reader.h"
#include "engine/items/item_sequence.h"
#include "engine/items/line_reader.h"
#include "engine/items/object_items.h"
#include "engine/json/parse.h"

namespace gait {
namespace {

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }

// A file of a manifest of S3 Inventory.
struct InventoryFile {
  std::string key;
  int64_t size = -1;  // bytes; -1: unknown
  std::string md5;    // lower case; "": unknown
};

struct Inventory {
  std::string bucket;  // of the files
  std::vector<std::string> columns;
  std::vector<InventoryFile> files;
};

WorkflowError NotTheFileNamed(const ObjectName& manifest, const ObjectName& file, const std::string& what) {
  return Failed("The manifest " + manifest.Uri() + " names " + file.Uri() + ", " + what);
}

// The bytes of a manifest's file; at their end an error if they are not those that the manifest names.
class NamedBytes : public ByteSource {
 public:
  NamedBytes(std::unique_ptr<ByteSource> bytes, const InventoryFile& file, const ObjectName& manifest, ObjectName name)
      : bytes_(std::move(bytes)), file_(file), manifest_(manifest), name_(std::move(name)) {}

  Result<std::string> Read() override {
    Result<std::string> bytes = bytes_->Read();
    if (!bytes) return bytes;
    count_ += static_cast<int64_t>(bytes->size());
    if (!bytes->empty()) {
      if (!file_.md5.empty()) md5_.Add(*bytes);
      return bytes;
    }
    if (file_.size >= 0 && count_ != file_.size) {
      return NotTheFileNamed(manifest_, name_,
                             "which has " + std::to_string(count_) + " bytes, not " + std::to_string(file_.size));
    }
    if (file_.md5.empty()) return bytes;
    const std::string md5 = md5_.Hex();
    if (md5 != file_.md5) return NotTheFileNamed(manifest_, name_, "whose MD5 is " + md5 + ", not " + file_.md5);
    return bytes;
  }

 private:
  std::unique_ptr<ByteSource> bytes_;
  const InventoryFile file_;
  const ObjectName manifest_, name_;
  Md5 md5_;
  int64_t count_ = 0;
};

Result<std::string> ReadWhole(ByteSource& bytes, const std::string& name) {
  std::string text;
  for (;;) {
    Result<std::string> more = bytes.Read();
    if (!more || more->empty()) return more ? Result<std::string>(std::move(text)) : std::move(more);
    text += *more;
    if (text.size() > kManifestBytesMax) {
      return ReadingFailed("a manifest of more than " + std::to_string(kManifestBytesMax) + " bytes", name);
    }
  }
}

// Takes a manifest.json apart; remembers what is wrong first.
class InventoryParser {
 public:
  std::optional<Inventory> Parse(const Value& manifest) {
    Inventory inventory;
    if (!manifest.is_object()) {
      Wrong("it is no object");
      return std::nullopt;
    }
    const std::string format = Text(manifest, "", "fileFormat");
    if (error_.empty() && format != "CSV")
      error_ = "its files are of the format '" + format + "', and CSV alone is read";
    inventory.columns = Columns(Text(manifest, "", "fileSchema"));
    inventory.bucket = Text(manifest, "", "destinationBucket");
    if (const size_t name = inventory.bucket.rfind(':'); name != std::string::npos) inventory.bucket.erase(0, name + 1);
    const Value* files = manifest.Find("files");
    if (files == nullptr || !files->is_array()) Wrong("/files is no array");
    if (!error_.empty()) return std::nullopt;
    for (size_t i = 0; i < files->size(); ++i) {
      inventory.files.push_back(File(files->items()[i], "/files/" + std::to_string(i)));
      if (!error_.empty()) return std::nullopt;
    }
    return inventory;
  }
  const std::string& error() const { return error_; }

 private:
  void Wrong(std::string what) {
    if (error_.empty()) error_ = std::move(what);
  }

  std::string Text(const Value& object, const std::string& place, const std::string& member) {
    const Value* value = object.Find(member);
    if (value != nullptr && value->is_string() && !value->as_string().empty()) return std::string(value->as_string());
    Wrong(place + "/" + member + (value == nullptr ? " is missing" : " is no text, or an empty one"));
    return "";
  }

  // "Bucket, Key, Size"
  static std::vector<std::string> Columns(const std::string& schema) {
    std::vector<std::string> columns;
    for (size_t from = 0; from <= schema.size();) {
      const size_t comma = std::min(schema.find(',', from), schema.size());
      const size_t first = std::min(schema.find_first_not_of(' ', from), comma);
      columns.push_back(schema.substr(first, comma - first));
      columns.back().erase(columns.back().find_last_not_of(' ') + 1);
      from = comma + 1;
    }
    return columns;
  }

  InventoryFile File(const Value& value, const std::string& place) {
    InventoryFile file;
    if (!value.is_object()) {
      Wrong(place + " is no object");
      return file;
    }
    file.key = Text(value, place, "key");
    if (const Value* size = value.Find("size")) {
      if (!size->is_int() || size->as_int() < 0) Wrong(place + "/size is no number of bytes");
      if (size->is_int()) file.size = size->as_int();
    }
    if (value.Find("MD5checksum") != nullptr) file.md5 = Text(value, place, "MD5checksum");
    std::transform(file.md5.begin(), file.md5.end(), file.md5.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (file.md5.find_first_not_of("0123456789abcdef") != std::string::npos ||
        (!file.md5.empty() && file.md5.size() != 32)) {
      Wrong(place + "/MD5checksum is no MD5 in hexadecimal");
    }
    return file;
  }

  std::string error_;
};

Result<Inventory> ParseInventory(ByteSource& bytes, const std::string& name) {
  const Result<std::string> text = ReadWhole(bytes, name);
  if (!text) return text.error();
  const JsonParse parse = ParseJson(*text);
  if (!parse) {
    const size_t at = std::min(parse.error.offset, text->size());
    const int64_t breaks = std::count(text->begin(), text->begin() + static_cast<ptrdiff_t>(at), '\n');
    return ReadingFailed("a manifest that is not JSON: " + parse.error.message,
                         TextPosition{breaks + 1, static_cast<int64_t>(at) + 1}, name);
  }
  InventoryParser parser;
  if (auto inventory = parser.Parse(*parse.value)) return *std::move(inventory);
  return ReadingFailed("a manifest that is none of S3 Inventory's: " + parser.error() + ",", name);
}

Result<std::unique_ptr<ItemSource>> ItemsOfInventory(std::shared_ptr<ItemObjects> objects,
                                                     std::unique_ptr<ByteSource> bytes, const ObjectName& manifest) {
  Result<Inventory> parsed = ParseInventory(*bytes, manifest.Uri());
  if (!parsed) return std::move(parsed).error();
  ItemFormat format;
  format.type = ItemFormat::InputType::kCsv;
  format.headers = parsed->columns;
  return ItemSequence([objects = std::move(objects), manifest, format, inventory = std::move(parsed).value(),
                       next = size_t{0}]() mutable -> Result<std::unique_ptr<ItemSource>> {
    if (next == inventory.files.size()) return std::unique_ptr<ItemSource>();
    const InventoryFile& file = inventory.files[next++];
    const ObjectName name{inventory.bucket, file.key};
    auto opened = objects->Open(name, "");
    if (!opened) return NotTheFileNamed(manifest, name, "which cannot be read: " + *opened.error().cause);
    return ItemsInObject(format, std::make_unique<NamedBytes>(std::move(opened).value(), file, manifest, name), name);
  });
}

// The object of a line of Athena's manifest; empty if it names none.
std::optional<ObjectName> ObjectOfLine(std::string_view line) {
  constexpr std::string_view kScheme = "s3://", kAround = " \t\r";
  line.remove_prefix(line.find_first_not_of(kAround));  // no line is blank
  line = line.substr(0, line.find_last_not_of(kAround) + 1);
  if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  if (!line.starts_with(kScheme)) return std::nullopt;
  line.remove_prefix(kScheme.size());
  const size_t slash = line.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == line.size()) return std::nullopt;
  return ObjectName{std::string(line.substr(0, slash)), std::string(line.substr(slash + 1))};
}

std::unique_ptr<ItemSource> ItemsOfAthena(std::shared_ptr<ItemObjects> objects, const ItemFormat& format,
                                          std::unique_ptr<ByteSource> bytes, const ObjectName& manifest) {
  const auto lines = std::make_shared<LineReader>(std::move(bytes), manifest.Uri());
  return ItemSequence([objects = std::move(objects), manifest, format, lines]() -> Result<std::unique_ptr<ItemSource>> {
    const Result<bool> found = lines->Next();
    if (!found) return found.error();
    if (!*found) return std::unique_ptr<ItemSource>();
    const std::optional<ObjectName> name = ObjectOfLine(lines->line());
    if (!name) return lines->Failed("a line of a manifest that names no object (s3://bucket/key)", 0);
    auto items = OpenObject(*objects, format, *name, "");
    if (items) return items;
    return NotTheFileNamed(manifest, *name, "which cannot be read: " + *items.error().cause);
  });
}

}  // namespace

Result<std::unique_ptr<ItemSource>> ItemsOfManifest(std::shared_ptr<ItemObjects> objects, const ItemFormat& format,
                                                    std::unique_ptr<ByteSource> manifest, const ObjectName& name) {
  if (format.manifest == ItemFormat::ManifestType::kAthenaData) {
    return ItemsOfAthena(std::move(objects), format, std::move(manifest), name);
  }
  return ItemsOfInventory(std::move(objects), std::move(manifest), name);
}

}  // namespace gait
