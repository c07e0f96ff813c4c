#include "tests/simulation/objects.h"

#include "engine/base/random.h"
#include "engine/items/text_items.h"
#include "engine/json/write.h"

namespace gait::simulation {
namespace {

WorkflowError Failure(const std::pair<std::string_view, std::string_view>& how) {
  return {std::string(how.first), std::string(how.second)};
}

class Pieces : public ByteSource {
 public:
  Pieces(std::string text, ObjectFate fate) : text_(std::move(text)), fate_(std::move(fate)) {}

  Result<std::string> Read() override {
    constexpr size_t kPiece = 7;
    fate_.touched();
    if (fate_.fails()) return Failure(kReaderFails);
    std::string piece = text_.substr(place_, kPiece);
    place_ += piece.size();
    return piece;
  }

 private:
  const std::string text_;
  const ObjectFate fate_;
  size_t place_ = 0;
};

class Written : public ByteSink {
 public:
  Written(std::map<std::string, std::string>& objects, std::string_view key, ObjectFate fate)
      : objects_(objects), key_(key), fate_(std::move(fate)) {}

  std::optional<WorkflowError> Write(std::string_view bytes) override {
    fate_.touched();
    if (fate_.fails()) return Failure(kWriterFails);
    text_ += bytes;
    return std::nullopt;
  }
  std::optional<WorkflowError> Finish() override {
    fate_.touched();
    if (fate_.fails()) return Failure(kWriterFails);
    objects_[key_] = text_;
    fate_.touched();
    return std::nullopt;
  }

 private:
  std::map<std::string, std::string>& objects_;
  const std::string key_;
  const ObjectFate fate_;
  std::string text_;
};

}  // namespace

Value ItemsOfObject(uint64_t seed, std::string_view key) {
  SeededRandom random(seed * 31 + key.size() * 7 + static_cast<unsigned char>(key.back()));
  ArrayBuilder items;
  for (uint64_t i = random.Below(8); i > 0; --i) {
    items.Add(random.Below(2) == 0 ? Value::Int(static_cast<int64_t>(random.Below(10))) : Value::String("read"));
  }
  return items.Build();
}

Result<std::unique_ptr<ItemSource>> OpenItems(uint64_t seed, const ItemReading& reading, ObjectFate fate) {
  fate.touched();
  if (fate.fails()) return Failure(kReaderFails);
  std::string text;
  const Value items = ItemsOfObject(seed, reading.arguments.Find("Key")->as_string());
  for (const Value& item : items.items()) text += ToJson(item) + "\n";
  return ItemsIn(reading.format, std::make_unique<Pieces>(std::move(text), std::move(fate)));
}

std::unique_ptr<ByteSink> OpenResult(std::map<std::string, std::string>& objects, std::string_view key,
                                     ObjectFate fate) {
  return std::make_unique<Written>(objects, key, std::move(fate));
}

}  // namespace gait::simulation
