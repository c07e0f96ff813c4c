#include <algorithm>
#include <unordered_map>

#include "engine/lang/jsonata/builtins.h"
#include "engine/lang/jsonata/function.h"

namespace gait::jsonata {
namespace {

enum class Where : uint8_t { kBoth, kCore, kStates };

struct Row {
  Builtin builtin;  // name, signature, function, parameters, arity
  Where where = Where::kBoth;
};

constexpr Row kRows[] = {
    {{"sum", "<a<n>:n>", builtin::Sum, 1, 1}},
    {{"count", "<a:n>", builtin::Count, 1, 1}},
    {{"max", "<a<n>:n>", builtin::Max, 1, 1}},
    {{"min", "<a<n>:n>", builtin::Min, 1, 1}},
    {{"average", "<a<n>:n>", builtin::Average, 1, 1}},
    {{"string", "<x-b?:s>", builtin::String, 2, 1}},
    {{"substring", "<s-nn?:s>", builtin::Substring, 3, 3}},
    {{"substringBefore", "<s-s:s>", builtin::SubstringBefore, 2, 2}},
    {{"substringAfter", "<s-s:s>", builtin::SubstringAfter, 2, 2}},
    {{"lowercase", "<s-:s>", builtin::Lowercase, 1, 1}},
    {{"uppercase", "<s-:s>", builtin::Uppercase, 1, 1}},
    {{"length", "<s-:n>", builtin::Length, 1, 1}},
    {{"trim", "<s-:s>", builtin::Trim, 1, 1}},
    {{"pad", "<s-ns?:s>", builtin::Pad, 3, 3}},
    {{"match", "<s-f<s:o>n?:a<o>>", builtin::Match, 3, 3}},
    {{"contains", "<s-(sf):b>", builtin::Contains, 2, 2}},
    {{"replace", "<s-(sf)(sf)n?:s>", builtin::Replace, 4, 4}},
    {{"split", "<s-(sf)n?:a<s>>", builtin::Split, 3, 3}},
    {{"join", "<a<s>s?:s>", builtin::Join, 2, 2}},
    {{"formatNumber", "<n-so?:s>", builtin::FormatNumber, 3, 3}},
    {{"formatBase", "<n-n?:s>", builtin::FormatBase, 2, 2}},
    {{"formatInteger", "<n-s:s>", builtin::FormatInteger, 2, 2}},
    {{"parseInteger", "<s-s:n>", builtin::ParseInteger, 2, 2}},
    {{"number", "<(nsb)-:n>", builtin::Number, 1, 1}},
    {{"floor", "<n-:n>", builtin::Floor, 1, 1}},
    {{"ceil", "<n-:n>", builtin::Ceil, 1, 1}},
    {{"round", "<n-n?:n>", builtin::Round, 2, 2}},
    {{"abs", "<n-:n>", builtin::Abs, 1, 1}},
    {{"sqrt", "<n-:n>", builtin::Sqrt, 1, 1}},
    {{"power", "<n-n:n>", builtin::Power, 2, 2}},
    {{"random", "<:n>", builtin::Random, 0, 0}, Where::kCore},
    {{"boolean", "<x-:b>", builtin::Boolean, 1, 1}},
    {{"not", "<x-:b>", builtin::Not, 1, 1}},
    {{"map", "<af>", builtin::Map, 2, 2}},
    {{"zip", "<a+>", builtin::Zip, 0, 0}},
    {{"filter", "<af>", builtin::Filter, 2, 2}},
    {{"single", "<af?>", builtin::Single, 2, 2}},
    {{"reduce", "<afj?:j>", builtin::Reduce, 3, 3}},
    {{"sift", "<o-f?:o>", builtin::Sift, 2, 2}},
    {{"keys", "<x-:a<s>>", builtin::Keys, 1, 1}},
    {{"lookup", "<x-s:x>", builtin::Lookup, 2, 2}},
    {{"append", "<xx:a>", builtin::Append, 2, 2}},
    {{"exists", "<x:b>", builtin::Exists, 1, 1}},
    {{"spread", "<x-:a<o>>", builtin::Spread, 1, 1}},
    {{"merge", "<a<o>:o>", builtin::Merge, 1, 1}},
    {{"reverse", "<a:a>", builtin::Reverse, 1, 1}},
    {{"each", "<o-f:a>", builtin::Each, 2, 2}},
    {{"error", "<s?:x>", builtin::RaiseError, 1, 1}},
    {{"assert", "<bs?:x>", builtin::Assert, 2, 2}},
    {{"type", "<x:s>", builtin::Type, 1, 1}},
    {{"sort", "<af?:a>", builtin::Sort, 2, 2}},
    {{"shuffle", "<a:a>", builtin::Shuffle, 1, 1}},
    {{"distinct", "<x:x>", builtin::Distinct, 1, 1}},
    {{"base64encode", "<s-:s>", builtin::Base64Encode, 1, 1}},
    {{"base64decode", "<s-:s>", builtin::Base64Decode, 1, 1}},
    {{"encodeUrlComponent", "<s-:s>", builtin::EncodeUrlComponent, 1, 1}},
    {{"encodeUrl", "<s-:s>", builtin::EncodeUrl, 1, 1}},
    {{"decodeUrlComponent", "<s-:s>", builtin::DecodeUrlComponent, 1, 1}},
    {{"decodeUrl", "<s-:s>", builtin::DecodeUrl, 1, 1}},
    {{"toMillis", "<s-s?:n>", builtin::ToMillis, 2, 2}},
    {{"fromMillis", "<n-s?s?:s>", builtin::FromMillis, 3, 3}},
    {{"now", "<s?s?:s>", builtin::Now, 2, 2}},
    {{"millis", "<:n>", builtin::Millis, 0, 0}},
    {{"clone", "<(oa)-:o>", builtin::Clone, 1, 1}},
    {{"eval", "<sx?:x>", builtin::Eval, 2, 2}, Where::kCore},
    {{"partition", "<an:a>", builtin::Partition, 2, 2}, Where::kStates},
    {{"range", "<nnn:a>", builtin::NumberRange, 3, 3}, Where::kStates},
    {{"hash", "<x-s:s>", builtin::HashOf, 2, 2}, Where::kStates},
    {{"random", "<n?:n>", builtin::RandomNumber, 1, 1}, Where::kStates},
    {{"uuid", "<:s>", builtin::Uuid, 0, 0}, Where::kStates},
    {{"parse", "<s-:x>", builtin::Parse, 1, 1}, Where::kStates},
};

using Compiled = std::unordered_map<std::string_view, CompiledBuiltin>;

Compiled CompileFor(Where where) {
  Compiled all;
  for (const Row& row : kRows) {
    if (row.where != Where::kBoth && row.where != where) continue;
    CompiledBuiltin& made =
        all.emplace(row.builtin.name, CompiledBuiltin{&row.builtin, Signature::Parse(row.builtin.signature), {}})
            .first->second;
    made.value = Value::Holding(new BuiltinFunction(&made));
  }
  return all;
}

const Compiled& All(Mode mode) {
  static const Compiled kCore = CompileFor(Where::kCore), kStates = CompileFor(Where::kStates);
  return mode == Mode::kCore ? kCore : kStates;
}

}  // namespace

const CompiledBuiltin* FindBuiltin(std::string_view name, Mode mode) {
  const Compiled& all = All(mode);
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

std::vector<std::string> BuiltinNames(Mode mode) {
  std::vector<std::string> names;
  for (const auto& [name, builtin] : All(mode)) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace gait::jsonata
