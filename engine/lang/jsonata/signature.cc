#include "engine/lang/jsonata/signature.h"

#include <algorithm>

#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

// s n b l a o f, and m for a missing value, which every type but a function lets pass.
constexpr std::string_view kTypes = "snblaofm";
constexpr uint8_t Bit(char type) { return static_cast<uint8_t>(1u << kTypes.find(type)); }
constexpr uint8_t kMissing = Bit('m');
constexpr uint8_t kAnything = 0xFF;

uint8_t BitOf(const Value& value) {
  switch (value.type()) {
    case Value::Type::kUndefined: return kMissing;
    case Value::Type::kNull: return Bit('l');
    case Value::Type::kBool: return Bit('b');
    case Value::Type::kNumber: return Bit('n');
    case Value::Type::kString: return Bit('s');
    case Value::Type::kArray: return Bit('a');
    case Value::Type::kObject: return Bit('o');
    case Value::Type::kOpaque: return Bit('f');
  }
  return kMissing;
}

std::string_view PluralOf(char type) {
  constexpr std::pair<char, std::string_view> kPlurals[] = {{'a', "arrays"},  {'b', "booleans"}, {'f', "functions"},
                                                            {'n', "numbers"}, {'o', "objects"},  {'s', "strings"}};
  const auto found =
      std::find_if(std::begin(kPlurals), std::end(kPlurals), [&](const auto& p) { return p.first == type; });
  return found == std::end(kPlurals) ? "values" : found->second;
}

// The place of the bracket that closes the one at `open`, or the end.
size_t ClosingBracket(std::string_view text, size_t open, char closing) {
  int depth = 1;
  size_t at = open;
  while (++at < text.size()) {
    if (text[at] == closing && --depth == 0) break;
    if (text[at] == text[open]) ++depth;
  }
  return at;
}

}  // namespace

Signature Signature::Parse(std::string_view text) {
  Signature signature;
  auto& parameters = signature.parameters_;
  for (size_t at = 1; at < text.size() && text[at] != ':'; ++at) {
    const char c = text[at];
    Parameter p;
    p.symbol = c;
    switch (c) {
      case 's':
      case 'n':
      case 'b':
      case 'l':
      case 'o': p.types = Bit(c) | kMissing; break;
      case 'a':
        p.types = kAnything;
        p.is_array = true;
        break;
      case 'f': p.types = Bit('f'); break;
      case 'j': p.types = static_cast<uint8_t>(kAnything & ~Bit('f')); break;
      case 'x': p.types = kAnything; break;
      case '(': {
        const size_t end = ClosingBracket(text, at, ')');
        const std::string_view choice = text.substr(at + 1, end - at - 1);
        if (choice.find('<') != std::string_view::npos) {
          throw Error("S0402").With(Value::String(choice));
        }
        p.types = kMissing;
        for (const char type : choice) p.types |= type == 'x' ? kAnything : kTypes.find(type) < 8 ? Bit(type) : 0;
        at = end;
        break;
      }
      case '<': {
        if (parameters.empty() || (parameters.back().symbol != 'a' && parameters.back().symbol != 'f')) {
          throw Error("S0401").With(Value::String(parameters.empty() ? "" : std::string(1, parameters.back().symbol)));
        }
        const size_t end = ClosingBracket(text, at, '>');
        parameters.back().subtype = text.substr(at + 1, end - at - 1);
        at = end;
        continue;
      }
      case '-':
        if (!parameters.empty()) parameters.back().takes_context = parameters.back().optional = true;
        continue;
      case '?':
        if (!parameters.empty()) parameters.back().optional = true;
        continue;
      case '+':
        if (!parameters.empty()) parameters.back().repeated = true;
        continue;
      default: continue;
    }
    parameters.push_back(std::move(p));
  }
  return signature;
}

bool Signature::Match(size_t parameter, size_t argument, std::span<const uint8_t> types, std::vector<size_t>& taken,
                      size_t last, bool to_the_end) const {
  if (parameter == last) {
    taken.resize(last);
    return !to_the_end || argument == types.size();
  }
  const Parameter& p = parameters_[parameter];
  size_t most = 0;
  while (argument + most < types.size() && (p.repeated || most == 0) && (types[argument + most] & p.types) != 0) ++most;
  for (size_t take = most + 1; take-- > (p.optional ? 0u : 1u);) {
    if (Match(parameter + 1, argument + take, types, taken, last, to_the_end)) {
      taken[parameter] = take;
      return true;
    }
  }
  return false;
}

// Do the arguments stand where their parameters do, as they are to be? Then nothing else is to be tried.
bool Signature::FitsAsGiven(std::span<const Value> arguments) const {
  if (arguments.size() > parameters_.size()) return false;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& p = parameters_[i];
    const bool given = i < arguments.size();
    if (!given && (!p.optional || p.takes_context)) return false;
    if (!given) continue;
    if (p.repeated || !p.subtype.empty() || (BitOf(arguments[i]) & p.types) == 0) return false;
    if (p.is_array && !arguments[i].is_array()) return false;
  }
  return true;
}

std::vector<Value> Signature::Validate(std::vector<Value> arguments, const Value& context) const {
  if (FitsAsGiven(arguments)) {
    arguments.resize(parameters_.size());
    return arguments;
  }
  std::vector<uint8_t> types(arguments.size());
  std::transform(arguments.begin(), arguments.end(), types.begin(), BitOf);
  std::vector<size_t> taken;
  if (!Match(0, 0, types, taken, parameters_.size(), /*to_the_end=*/true)) Refuse(types, arguments);
  std::vector<Value> valid;
  valid.reserve(parameters_.size());
  size_t at = 0;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& p = parameters_[i];
    if (taken[i] == 0) {
      if (!p.takes_context) {
        // It is missing: what stands here is for the next parameter.
        valid.push_back(at < arguments.size() ? arguments[at] : Value());
        ++at;
      } else if ((BitOf(context) & p.types) != 0) {
        valid.push_back(context);
      } else {
        throw Error("T0411").With(context).Index(static_cast<int64_t>(at) + 1);
      }
      continue;
    }
    for (size_t n = 0; n < taken[i]; ++n, ++at) {
      if (at >= arguments.size()) {  // a parameter that is missing has taken the place of this one
        valid.emplace_back();
        continue;
      }
      Value& argument = arguments[at];
      if (!p.is_array || types[at] == kMissing) {
        valid.push_back(std::move(argument));
        continue;
      }
      if (!p.subtype.empty()) {
        const uint8_t wanted = kTypes.find(p.subtype[0]) < 8 ? Bit(p.subtype[0]) : kAnything;
        const bool fits = !argument.is_array() ? taken[i] == 1 && p.subtype.size() == 1 && types[at] == wanted
                                               : std::all_of(argument.items().begin(), argument.items().end(),
                                                             [&](const Value& item) { return BitOf(item) == wanted; });
        if (!fits) {
          throw Error("T0412")
              .With(argument, Value::String(PluralOf(p.subtype[0])))
              .Index(static_cast<int64_t>(at) + 1);
        }
      }
      valid.push_back(argument.is_array() ? std::move(argument) : Value::Array({argument}));
    }
  }
  return valid;
}

// Names the first argument that fits no way of reading the signature up to there.
void Signature::Refuse(std::span<const uint8_t> types, std::span<const Value> arguments) const {
  size_t good = 0;
  for (size_t last = 1; last <= parameters_.size(); ++last) {
    std::vector<size_t> taken;
    if (!Match(0, 0, types, taken, last, /*to_the_end=*/false)) break;
    good = 0;
    for (const size_t n : taken) good += n;
  }
  throw Error("T0410").With(good < arguments.size() ? arguments[good] : Value()).Index(static_cast<int64_t>(good) + 1);
}

}  // namespace gait::jsonata
