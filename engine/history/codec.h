// The stored form of history events. docs/history_format.md draws it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/history/event.h"

namespace gait {

// Writes the events of one execution, or reads them, in order from the first. An event is stored relative to those
// before it, so a codec that has read all events of an execution goes on writing where they end.
//
// What most events repeat is stored once: a state's input is the output of the state before it, a name comes again.
class HistoryCodec {
 public:
  // Appends the stored form of `event` to `out`.
  void Encode(const HistoryEvent& event, std::string& out);

  // Reads the next event off the front of `in`. Throws InternalError if the bytes are no event.
  HistoryEvent Decode(std::string_view& in);

 private:
  // The last few values that were written out; one that comes again is stored as its place here.
  template <typename T>
  class Recent {
   public:
    static constexpr size_t kPlaces = 8;
    // The place of an equal value, or kPlaces.
    template <typename Same>
    size_t Find(const T& value, Same same) const;
    void Add(T value);
    const T& At(size_t place) const { return values_[place]; }
    size_t size() const { return size_; }

   private:
    std::array<T, kPlaces> values_;
    size_t size_ = 0;
    size_t oldest_ = 0;
  };

  int64_t last_id_ = 0;
  int64_t last_ms_ = 0;
  Recent<Value> names_;
  Recent<Payload> payloads_;
};

// All events of the segments that a store gave for an execution, from its first. Throws as Decode does.
std::vector<HistoryEvent> DecodeEvents(std::span<const std::string> segments);

}  // namespace gait
