#include "lsp/framing.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "engine/json/write.h"

namespace gait::lsp {
namespace {

constexpr size_t kHeaderBytesMax = 8'192;  // of one message: what is longer is not the protocol

// A line without its end; empty at the end of the input or of the header's allowance.
std::optional<std::string> ReadLine(std::istream& in, size_t& allowance) {
  std::string line;
  for (int c; (c = in.get()) != std::istream::traits_type::eof();) {
    if (allowance-- == 0) return std::nullopt;
    if (c == '\n') {
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    line.push_back(static_cast<char>(c));
  }
  return std::nullopt;
}

bool IsHeader(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return false;
  return std::equal(name.begin(), name.end(), line.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

std::optional<size_t> LengthOf(std::string_view line) {
  const size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t end = line.find_last_not_of(" \t") + 1;
  size_t length = 0;
  const auto parsed = std::from_chars(line.data() + begin, line.data() + end, length);
  if (parsed.ec != std::errc() || parsed.ptr != line.data() + end) return std::nullopt;
  return length;
}

void Skip(std::istream& in, size_t bytes) {
  constexpr size_t kStep = 1 << 30;
  for (; bytes > 0 && in; bytes -= std::min(bytes, kStep))
    in.ignore(static_cast<std::streamsize>(std::min(bytes, kStep)));
}

}  // namespace

Frame ReadFrame(std::istream& in) {
  size_t allowance = kHeaderBytesMax;
  std::optional<size_t> length;
  bool any = false;
  while (true) {
    const std::optional<std::string> line = ReadLine(in, allowance);
    if (!line) return {Frame::Kind::kEnd, in ? "the header of a message is too long" : any ? "the input ended" : ""};
    if (line->empty()) break;
    any = true;
    if (IsHeader(*line, "content-length")) length = LengthOf(*line);
  }
  if (!length) return {Frame::Kind::kFaulty, "a message without a Content-Length"};
  if (*length > kMessageBytesMax) {
    Skip(in, *length);
    return {Frame::Kind::kFaulty,
            "a message of " + std::to_string(*length) + " bytes; the limit is " + std::to_string(kMessageBytesMax)};
  }
  // Not all at once: a length is only a claim.
  std::string text;
  for (size_t left = *length; left > 0;) {
    const size_t step = std::min<size_t>(left, 1'048'576), before = text.size();
    text.resize(before + step);
    in.read(text.data() + before, static_cast<std::streamsize>(step));
    if (static_cast<size_t>(in.gcount()) < step) return {Frame::Kind::kEnd, "the input ended within a message"};
    left -= step;
  }
  return {Frame::Kind::kMessage, std::move(text)};
}

void WriteFrame(std::ostream& out, const Value& message) {
  const std::string text = ToJson(message);
  out << "Content-Length: " << text.size() << "\r\n\r\n" << text << std::flush;
}

}  // namespace gait::lsp
