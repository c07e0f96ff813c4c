#include "api/paging.h"

#include <charconv>
#include <functional>

namespace gait {
namespace {

constexpr int64_t kDefaultSize = 100;
constexpr Duration kLifetime = Duration::Days(1);

// Not a secret: it only makes a token of another list, or one that was changed, not fit.
std::string Check(std::string_view list, std::string_view rest) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (std::string_view part : {list, std::string_view("|"), rest}) {
    for (unsigned char c : part) hash = (hash ^ c) * 0x100000001b3;
  }
  char text[17];
  const auto end = std::to_chars(text, text + sizeof text, hash, 16).ptr;
  return std::string(text, end);
}

}  // namespace

std::string MakePageToken(std::string_view list, int64_t position, Timestamp now) {
  const std::string rest = std::to_string(position) + "." + std::to_string(now.ms);
  return rest + "." + Check(list, rest);
}

std::variant<Page, ApiError> ReadPage(const Value& request, std::string_view list, Timestamp now) {
  Page page;
  if (const Value* size = request.Find("maxResults"); size != nullptr && size->is_int()) {
    page.size = static_cast<size_t>(size->as_int() == 0 ? kDefaultSize : size->as_int());
  }
  const Value* token = request.Find("nextToken");
  if (token == nullptr || token->is_null()) return page;
  const ApiError invalid{"InvalidToken", "Invalid Token: 'Invalid token'"};
  const std::string text(token->as_string());
  const size_t last = text.rfind('.'), first = text.find('.');
  if (last == std::string::npos || first == last) return invalid;
  const std::string rest = text.substr(0, last);
  int64_t made_at_ms = 0;
  std::from_chars(rest.data(), rest.data() + first, page.position);
  std::from_chars(rest.data() + first + 1, rest.data() + rest.size(), made_at_ms);
  if (text.substr(last + 1) != Check(list, rest) || now - Timestamp{made_at_ms} > kLifetime) return invalid;
  return page;
}

}  // namespace gait
