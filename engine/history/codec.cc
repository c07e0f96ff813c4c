#include "engine/history/codec.h"

#include <limits>

#include "engine/base/check.h"
#include "engine/history/event_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

// Which parts follow the type and this byte.
enum Flags : uint8_t {
  kHasName = 1,
  kHasPayload = 2,
  kHasNumber = 4,
  kHasFields = 8,
  kNotChained = 16,  // previous_event_id is not id - 1
  kInBranch = 32,    // branch is not 0
  kLater = 64,       // the timestamp is not that of the event before
  kUnknown = 128,
};

enum FieldForm : uint8_t { kIntForm = 0, kTextForm = 1, kJsonForm = 2 };

// Bytes that were damaged may be any number: what goes beyond 64 bits goes round.
int64_t Sum(int64_t a, uint64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + b); }

void PutVarint(std::string& out, uint64_t n) {
  for (; n >= 0x80; n >>= 7) out += static_cast<char>(n | 0x80);
  out += static_cast<char>(n);
}

// Small numbers of either sign stay short.
void PutSigned(std::string& out, int64_t n) {
  PutVarint(out, (static_cast<uint64_t>(n) << 1) ^ static_cast<uint64_t>(n >> 63));
}

void PutText(std::string& out, std::string_view text) {
  PutVarint(out, text.size());
  out += text;
}

[[noreturn]] void Broken() { throw InternalError("the stored history is damaged: an event does not decode"); }

uint8_t TakeByte(std::string_view& in) {
  if (in.empty()) Broken();
  const auto byte = static_cast<uint8_t>(in.front());
  in.remove_prefix(1);
  return byte;
}

uint64_t TakeVarint(std::string_view& in) {
  uint64_t n = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = TakeByte(in);
    if (shift == 63 && byte > 1) Broken();
    n |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return n;
  }
  Broken();
}

int64_t TakeSigned(std::string_view& in) {
  const uint64_t n = TakeVarint(in);
  return static_cast<int64_t>(n >> 1) ^ -static_cast<int64_t>(n & 1);
}

std::string_view TakeText(std::string_view& in) {
  const uint64_t size = TakeVarint(in);
  if (size > in.size()) Broken();
  const std::string_view text = in.substr(0, size);
  in.remove_prefix(size);
  return text;
}

void PutField(std::string& out, EventField field, const Value& value) {
  out += static_cast<char>(field);
  if (value.is_int()) {
    out += static_cast<char>(kIntForm);
    PutSigned(out, value.as_int());
  } else if (value.is_string()) {
    out += static_cast<char>(kTextForm);
    PutText(out, value.as_string());
  } else {
    out += static_cast<char>(kJsonForm);
    PutText(out, ToJson(value));
  }
}

Value TakeFieldValue(std::string_view& in) {
  switch (TakeByte(in)) {
    case kIntForm: return Value::Int(TakeSigned(in));
    case kTextForm: return Value::String(TakeText(in));
    case kJsonForm: {
      JsonParse parse = ParseJson(TakeText(in));
      if (!parse) Broken();
      return *std::move(parse.value);
    }
    default: Broken();
  }
}

}  // namespace

template <typename T>
template <typename Same>
size_t HistoryCodec::Recent<T>::Find(const T& value, Same same) const {
  for (size_t i = 0; i < size_; ++i) {
    if (same(values_[i], value)) return i;
  }
  return kPlaces;
}

template <typename T>
void HistoryCodec::Recent<T>::Add(T value) {
  if (size_ < kPlaces) {
    values_[size_++] = std::move(value);
  } else {
    values_[oldest_] = std::move(value);
    oldest_ = (oldest_ + 1) % kPlaces;
  }
}

void HistoryCodec::Encode(const HistoryEvent& event, std::string& out) {
  const bool shown = IsShown(event.type);
  if (shown) ++last_id_;
  GAIT_CHECK(!shown || event.id == last_id_, "an event is stored out of its order");
  const int64_t later_ms = Sum(event.timestamp.ms, -static_cast<uint64_t>(last_ms_));
  last_ms_ = event.timestamp.ms;
  uint8_t flags = 0;
  if (!event.name.is_undefined()) flags |= kHasName;
  if (event.payload.present()) flags |= kHasPayload;
  if (event.number != 0) flags |= kHasNumber;
  if (!event.fields.empty()) flags |= kHasFields;
  if (shown && event.previous_event_id != event.id - 1) flags |= kNotChained;
  if (event.branch != 0) flags |= kInBranch;
  if (later_ms != 0) flags |= kLater;
  out += static_cast<char>(event.type);
  out += static_cast<char>(flags);
  if (flags & kInBranch) PutVarint(out, static_cast<uint64_t>(event.branch));
  if (flags & kLater) PutSigned(out, later_ms);
  if (flags & kNotChained) PutVarint(out, static_cast<uint64_t>(event.id - event.previous_event_id));
  if (flags & kHasName) {
    const size_t place = names_.Find(event.name, [](const Value& a, const Value& b) { return a == b; });
    out += static_cast<char>(place);
    if (place == Recent<Value>::kPlaces) {
      PutText(out, event.name.as_string());
      names_.Add(event.name);
    }
  }
  if (flags & kHasPayload) {
    const size_t place = payloads_.Find(event.payload, [](const Payload& a, const Payload& b) { return a.SameAs(b); });
    out += static_cast<char>(place);
    if (place == Recent<Payload>::kPlaces) {
      PutText(out, event.payload.text());
      payloads_.Add(event.payload);
    }
  }
  if (flags & kHasNumber) PutSigned(out, event.number);
  if (flags & kHasFields) {
    PutVarint(out, event.fields.size());
    for (const auto& [field, value] : event.fields) PutField(out, field, value);
  }
}

HistoryEvent HistoryCodec::Decode(std::string_view& in) {
  HistoryEvent event;
  event.type = static_cast<EventType>(TakeByte(in));
  if (!IsEventType(event.type)) Broken();
  const bool shown = IsShown(event.type);
  const uint8_t flags = TakeByte(in);
  if (flags & kUnknown) Broken();
  if (shown) event.id = ++last_id_;
  if (flags & kInBranch) {
    const uint64_t branch = TakeVarint(in);
    if (branch > std::numeric_limits<BranchId>::max()) Broken();
    event.branch = static_cast<BranchId>(branch);
  }
  if (flags & kLater) last_ms_ = Sum(last_ms_, static_cast<uint64_t>(TakeSigned(in)));
  event.timestamp.ms = last_ms_;
  if (shown) {
    const uint64_t back = flags & kNotChained ? TakeVarint(in) : 1;
    if (back == 0 || back > static_cast<uint64_t>(event.id)) Broken();
    event.previous_event_id = event.id - static_cast<int64_t>(back);
  }
  if (flags & kHasName) {
    const size_t place = TakeByte(in);
    if (place == Recent<Value>::kPlaces) {
      event.name = Value::String(TakeText(in));
      names_.Add(event.name);
    } else if (place < names_.size()) {
      event.name = names_.At(place);
    } else {
      Broken();
    }
  }
  if (flags & kHasPayload) {
    const size_t place = TakeByte(in);
    if (place == Recent<Payload>::kPlaces) {
      event.payload = Payload::FromText(TakeText(in));
      payloads_.Add(event.payload);
    } else if (place < payloads_.size()) {
      event.payload = payloads_.At(place);
    } else {
      Broken();
    }
  }
  if (flags & kHasNumber) event.number = TakeSigned(in);
  if (flags & kHasFields) {
    const uint64_t count = TakeVarint(in);
    for (uint64_t i = 0; i < count; ++i) {
      const auto field = static_cast<EventField>(TakeByte(in));
      if (!IsEventField(field)) Broken();
      event.fields.emplace_back(field, TakeFieldValue(in));
    }
  }
  return event;
}

std::vector<HistoryEvent> DecodeEvents(std::span<const std::string> segments) {
  std::vector<HistoryEvent> events;
  HistoryCodec codec;
  for (const std::string& segment : segments) {
    for (std::string_view rest = segment; !rest.empty();) events.push_back(codec.Decode(rest));
  }
  return events;
}

}  // namespace gait
