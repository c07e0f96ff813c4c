#include "engine/history/codec.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/history/fold.h"
#include "engine/history/testing.h"

namespace gait {
namespace {

using namespace history_testing;

std::vector<HistoryEvent> Decoded(std::string_view bytes) {
  HistoryCodec codec;
  std::vector<HistoryEvent> events;
  while (!bytes.empty()) events.push_back(codec.Decode(bytes));
  return events;
}

TEST_CASE("events of every type come back as they were written, full and bare") {
  std::vector<HistoryEvent> events = OneOfEach();
  for (const EventRow& row : EventRows()) {
    HistoryEvent bare(row.type);
    bare.timestamp = kNow;
    if (IsShown(row.type)) {
      bare.id = 63 + std::count_if(events.begin() + static_cast<int>(EventRows().size()), events.end(),
                                   [](const HistoryEvent& e) { return e.id != 0; });
      bare.previous_event_id = bare.id - 1;
    }
    events.push_back(std::move(bare));
  }
  const std::vector<HistoryEvent> found = Decoded(Encoded(events));
  REQUIRE(found.size() == events.size());
  for (size_t i = 0; i < events.size(); ++i) CheckSame(found[i], events[i]);
}

// An event that has a number and nothing else.
HistoryEvent Numbered(int64_t id, EventType type = EventType::kPassStateEntered) {
  HistoryEvent event(type);
  event.id = id;
  event.previous_event_id = id - 1;
  return event;
}

TEST_CASE("numbers at their bounds") {
  std::vector<HistoryEvent> events;
  constexpr int64_t kNumbers[] = {0, 1, -1, -2, -3, 63, -64, 64, -65, INT64_MAX, INT64_MIN};
  for (const int64_t number : kNumbers) {
    events.push_back(Numbered(static_cast<int64_t>(events.size()) + 1));
    events.back().number = number;
    events.back().branch = number > 0 ? static_cast<BranchId>(std::min<int64_t>(number, INT32_MAX)) : 0;
    events.back().timestamp.ms = number / 2;  // to and fro
    events.back().previous_event_id = 0;
    events.back().Set(EventField::kDueAt, Value::Int(number));
  }
  const auto found = Decoded(Encoded(events));
  REQUIRE(found.size() == events.size());
  for (size_t i = 0; i < events.size(); ++i) CheckSame(found[i], events[i]);
}

TEST_CASE("field values of every kind") {
  HistoryEvent event = Numbered(1);
  for (const char* json :
       {"null", "true", "1.0", "-0.5", "123456789012345678901234567890", "\"\"", "[]", R"({"a":[{"b":"\u0000é😀"}]})"}) {
    event.Set(EventField::kCause, Json(json));
  }
  event.Set(EventField::kCause, Value::String(std::string(300'000, 'x')));
  CheckSame(Decoded(Encoded({event})).at(0), event);
}

TEST_CASE("what comes again is stored once") {
  const Payload payload(Json(R"({"a":"a payload of some bytes, which all events share"})"));
  std::vector<HistoryEvent> events;
  for (int64_t id = 1; id <= 100; ++id) {
    events.push_back(Numbered(id).Name(Value::String("A state of some name")).With(payload));
  }
  CHECK(Encoded(events).size() < 100 * 4 + 100);
  // More names and payloads than are remembered, by turns, and some that come again in time.
  std::vector<Payload> payloads;
  for (int i = 0; i < 20; ++i) payloads.emplace_back(Value::Array({Value::Int(i)}));
  SeededRandom random(1);
  for (int64_t id = 101; id <= 1000; ++id) {
    const size_t i = random.Below(id % 2 == 0 ? 20 : 5);
    events.push_back(Numbered(id).Name(Value::String("State " + std::to_string(i))).With(payloads[19 - i]));
  }
  const auto found = Decoded(Encoded(events));
  REQUIRE(found.size() == events.size());
  for (size_t i = 0; i < events.size(); ++i) CheckSame(found[i], events[i]);
}

TEST_CASE("the user's text is what is stored, white space and all") {
  const HistoryEvent event = Numbered(1).With(Payload::FromUser(Json(R"({"a":1})"), "{ \"a\" : 1 }"));
  CHECK(Decoded(Encoded({event})).at(0).payload.text() == "{ \"a\" : 1 }");
}

TEST_CASE("a codec that has read goes on as the one that wrote") {
  const std::vector<HistoryEvent> events = OneOfEach();
  for (size_t cut = 0; cut <= events.size(); ++cut) {
    HistoryCodec writer, reader;
    std::string before, after;
    for (size_t i = 0; i < cut; ++i) writer.Encode(events[i], before);
    std::string_view rest = before;
    std::vector<HistoryEvent> read;
    while (!rest.empty()) read.push_back(reader.Decode(rest));
    REQUIRE(read.size() == cut);
    // The next events share with those before what a recovered execution shares: the objects that were read.
    std::vector<HistoryEvent> next;
    const auto add = [&](const std::vector<HistoryEvent>& from) {
      HistoryEvent event = Numbered(0);
      if (!from.empty()) {
        event.name = from.back().name;
        event.payload = from.back().payload;
      }
      const auto shown = std::count_if(events.begin(), events.begin() + static_cast<int>(cut),
                                       [](const HistoryEvent& e) { return e.id != 0; });
      event.id = shown + 1;
      event.previous_event_id = shown;
      event.timestamp = kNow;
      return event;
    };
    std::string by_writer, by_reader;
    writer.Encode(add({events.begin(), events.begin() + static_cast<int>(cut)}), by_writer);
    reader.Encode(add(read), by_reader);
    CHECK(by_writer == by_reader);
  }
}

TEST_CASE("an event out of its order is not stored") {
  HistoryCodec codec;
  std::string out;
  CHECK_THROWS_AS(codec.Encode(Numbered(2), out), InternalError);
}

// ---- Damaged bytes

// Decodes, and folds what decodes. Gives how many events came out whole; every failure must be an InternalError.
size_t DecodeDamaged(std::string_view bytes, Progress* progress = nullptr) {
  HistoryCodec codec;
  size_t events = 0;
  try {
    while (!bytes.empty()) {
      const HistoryEvent event = codec.Decode(bytes);
      EventToJson(event);
      if (progress != nullptr) progress->Apply(event);
      ++events;
    }
  } catch (const InternalError&) {
  }
  return events;
}

TEST_CASE("a history that was cut anywhere gives the events before the cut, and an error") {
  const std::vector<HistoryEvent> events = OneOfEach();
  HistoryCodec codec;
  std::string bytes;
  std::vector<size_t> ends;
  for (const HistoryEvent& event : events) {
    codec.Encode(event, bytes);
    ends.push_back(bytes.size());
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto whole =
        static_cast<size_t>(std::count_if(ends.begin(), ends.end(), [&](size_t end) { return end <= size; }));
    // In memory of its own, for the sanitizer to see a read behind its end.
    const std::string cut(bytes, 0, size);
    REQUIRE(DecodeDamaged(cut) == whole);
  }
}

TEST_CASE("bytes that changed end in an error or in other events, never in a crash") {
  const std::string bytes = Encoded(OneOfEach());
  SeededRandom random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = bytes;
    for (uint64_t k = 1 + random.Below(4); k > 0; --k) {
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Next());
    }
    DecodeDamaged(damaged);
  }
  for (int i = 0; i < 20'000; ++i) {
    std::string noise(random.Below(100), '\0');
    for (char& c : noise) c = static_cast<char>(random.Next());
    DecodeDamaged(noise);
  }
}

TEST_CASE("what no event has is refused") {
  const auto refused = [](std::string bytes) { CHECK_THROWS_AS(Decoded(bytes), InternalError); };
  refused(std::string("\x00\x00", 2));                          // a type that is none
  refused("\x3f" + std::string(1, '\0'));                       // the number behind the last
  refused("\x27\x80");                                          // a flag that is none
  refused("\x27\x20\xff\xff\xff\xff\x0f");                      // branch 2^32 - 1
  refused("\x27\x10" + std::string(1, '\0'));                   // previousEventId is its own id
  refused("\x27\x10\x02");                                      // previousEventId is -1
  refused("\x27\x01" + std::string(1, '\0'));                   // the first name is one that came before
  refused("\x27\x02\x07");                                      // so is the first payload
  refused("\x27\x08\x01\x12\x01\x01x");                         // a field that is none
  refused("\x27\x08\x01\x01\x03\x01x");                         // a form that is none
  refused("\x27\x08\x01\x01\x02\x01{");                         // JSON that is none
  refused("\x27\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");  // a number beyond 64 bits
}

}  // namespace
}  // namespace gait
