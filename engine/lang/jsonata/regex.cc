#include "engine/lang/jsonata/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>

#include "engine/base/check.h"
#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

using Clock = std::chrono::steady_clock;

// Of a search from one place on. The steps are about 0.1 s; one search begins at many places, hence the callout.
constexpr uint32_t kStepsMax = 5'000'000;
constexpr uint32_t kInterpreterKib = 64 * 1024;
constexpr size_t kJitStackFirst = 32 * 1024, kJitStackMax = size_t{64} * 1024 * 1024;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using MatchData = std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, Freed<pcre2_jit_stack_free>>;

std::string ErrorText(int code) {
  PCRE2_UCHAR text[256];
  const int size = pcre2_get_error_message(code, text, sizeof text);
  return size < 0 ? "it is not supported" : std::string(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
}

// Called at every place where a match may begin.
int StopAtDeadline(pcre2_callout_block*, void* deadline) {
  return Clock::now() > *static_cast<const Clock::time_point*>(deadline) ? PCRE2_ERROR_MATCHLIMIT : 0;
}

}  // namespace

std::shared_ptr<const Regex> Regex::Compile(std::string_view pattern, std::string_view flags) {
  if (pattern.empty()) throw Error("S0301");
  const std::shared_ptr<Regex> regex(new Regex(pattern));
  regex->translation_ = TranslateRegex(pattern, flags.find('i') != flags.npos, flags.find('m') != flags.npos);
  const std::string text = "(?C1)(?:" + regex->translation_.pattern + ")";
  int error = 0;
  size_t offset = 0;
  regex->code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                               PCRE2_UTF | PCRE2_MATCH_UNSET_BACKREF, &error, &offset, nullptr);
  if (regex->code_ == nullptr) ThrowInvalidRegex(pattern, ErrorText(error));
  pcre2_jit_compile(regex->code_, PCRE2_JIT_COMPLETE);  // where it fails, matching takes PCRE2's interpreter

  const auto place = [&](const std::string& name) {
    return static_cast<size_t>(
        pcre2_substring_number_from_name(regex->code_, reinterpret_cast<PCRE2_SPTR>(name.c_str())));
  };
  for (int i = 1; i <= regex->translation_.group_count; ++i) regex->group_places_.push_back(place(RegexGroupName(i)));
  for (RegexTranslation::Loop& loop : regex->translation_.loops) {
    loop.marker = static_cast<int>(place(RegexMarkerName(loop.marker)));
  }
  return regex;
}

Regex::~Regex() { pcre2_code_free(code_); }

std::optional<Match> Regex::Find(std::string_view text, size_t from, MatchBudget& budget) const {
  const MatchData data(pcre2_match_data_create_from_pattern(code_, nullptr));
  const MatchContext context(pcre2_match_context_create(nullptr));
  const Clock::time_point begin = Clock::now();
  Clock::time_point deadline = begin + budget.left;
  pcre2_set_match_limit(context.get(), kStepsMax);
  pcre2_set_heap_limit(context.get(), kInterpreterKib);
  pcre2_set_callout(context.get(), StopAtDeadline, &deadline);
  const auto match = [&] {
    return pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from, PCRE2_NO_UTF_CHECK,
                       data.get(), context.get());
  };
  int result = match();
  if (result == PCRE2_ERROR_JIT_STACKLIMIT) {  // the 32 KiB of the thread's stack are enough for nearly all
    const JitStack stack(pcre2_jit_stack_create(kJitStackFirst, kJitStackMax, nullptr));
    pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    result = match();
  }
  budget.left -= Clock::now() - begin;
  if (result == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (result < 0) throw Error("U1001");

  const size_t* places = pcre2_get_ovector_pointer(data.get());
  Match found{places[0], places[1], {}};
  found.groups.resize(group_places_.size());
  for (size_t i = 0; i < group_places_.size(); ++i) {
    const size_t group_begin = places[2 * group_places_[i]], group_end = places[2 * group_places_[i] + 1];
    if (group_begin != PCRE2_UNSET) found.groups[i] = text.substr(group_begin, group_end - group_begin);
  }
  for (const RegexTranslation::Loop& loop : translation_.loops) {
    const size_t iteration = places[2 * static_cast<size_t>(loop.marker)];
    if (iteration == PCRE2_UNSET) continue;
    for (auto i = static_cast<size_t>(loop.first - 1); i < static_cast<size_t>(loop.last); ++i) {
      if (places[2 * group_places_[i]] < iteration) found.groups[i].reset();
    }
  }
  return found;
}

void Matches::Advance() {
  if (match_->end >= text_.size()) {
    match_.reset();
    return;
  }
  match_ = Find(match_->end);
  if (match_ && match_->begin == match_->end) throw Error("D1004").With(Value::String(regex_.source()));
}

}  // namespace gait::jsonata
