#include "engine/lang/jsonata/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <charconv>
#include <mutex>
#include <unordered_map>

#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

using Clock = std::chrono::steady_clock;

// PCRE2's own limit is of a search that begins at one place, and its compiled code does not count every step; the
// callouts, which know the time, are what bounds a search. These are about 0.1 s.
constexpr uint32_t kStepsMax = 100'000'000;
constexpr unsigned kCalloutsPerClock = 16;  // reading the clock costs more than all else a callout does
constexpr uint32_t kInterpreterKib = 64 * 1024;
constexpr int kFailHere = 1;  // what a callout returns so that matching goes back
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

struct Search {
  Clock::time_point deadline;
  const std::vector<size_t>& markers;
  unsigned callouts = 0;
};

int OnCallout(pcre2_callout_block* block, void* data) {
  Search& search = *static_cast<Search*>(data);
  if (++search.callouts % kCalloutsPerClock == 0 && Clock::now() > search.deadline) return PCRE2_ERROR_MATCHLIMIT;
  if (block->callout_string == nullptr) return 0;
  const char* text = reinterpret_cast<const char*>(block->callout_string);
  const char* const end = text + block->callout_string_length;
  const auto is_at_marker = [&] {
    size_t marker = 0;
    text = std::from_chars(text, end, marker).ptr;
    return block->offset_vector[search.markers[marker]] == block->current_position;
  };
  if (!is_at_marker()) return 0;
  return text != end && (++text, is_at_marker()) ? 0 : kFailHere;
}

}  // namespace

// What was compiled lately: machine code takes long to make, and a definition that is compiled again has the same ones.
std::shared_ptr<const Regex> Regex::Compile(std::string_view pattern, std::string_view flags) {
  constexpr size_t kKept = 256;
  static std::mutex mutex;
  static std::unordered_map<std::string, std::shared_ptr<const Regex>> lately;
  const std::string key = std::string(flags) + "/" + std::string(pattern);
  {
    const std::lock_guard lock(mutex);
    if (const auto found = lately.find(key); found != lately.end()) return found->second;
  }
  auto made = Make(pattern, flags);
  const std::lock_guard lock(mutex);
  if (lately.size() >= kKept) lately.clear();
  return lately.emplace(key, std::move(made)).first->second;
}

std::shared_ptr<const Regex> Regex::Make(std::string_view pattern, std::string_view flags) {
  if (pattern.empty()) throw Error("S0301");
  const std::shared_ptr<Regex> regex(new Regex(pattern));
  const RegexTranslation translation =
      TranslateRegex(pattern, flags.find('i') != flags.npos, flags.find('m') != flags.npos);
  const std::string& text = translation.pattern;
  int error = 0;
  size_t offset = 0;
  regex->code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                               PCRE2_UTF | PCRE2_MATCH_UNSET_BACKREF, &error, &offset, nullptr);
  if (regex->code_ == nullptr) ThrowInvalidRegex(pattern, ErrorText(error));
  pcre2_jit_compile(regex->code_, PCRE2_JIT_COMPLETE);  // where it fails, matching takes PCRE2's interpreter

  const auto places = [&](int count, std::string name(int)) {
    std::vector<size_t> of_names(1);
    for (int i = 1; i <= count; ++i) {
      const int number = pcre2_substring_number_from_name(regex->code_, reinterpret_cast<PCRE2_SPTR>(name(i).c_str()));
      of_names.push_back(2 * static_cast<size_t>(number));
    }
    return of_names;
  };
  regex->groups_ = places(translation.group_count, RegexGroupName);
  regex->markers_ = places(translation.marker_count, RegexMarkerName);
  regex->loops_ = translation.loops;
  return regex;
}

Regex::~Regex() { pcre2_code_free(code_); }

std::optional<Match> Regex::Find(std::string_view text, size_t from, MatchBudget& budget) const {
  if (budget.left <= Clock::duration::zero()) throw Error("U1001");
  const MatchData data(pcre2_match_data_create_from_pattern(code_, nullptr));
  const MatchContext context(pcre2_match_context_create(nullptr));
  const Clock::time_point begin = Clock::now();
  Search search{begin + budget.left, markers_, 0};
  pcre2_set_match_limit(context.get(), kStepsMax);
  pcre2_set_heap_limit(context.get(), kInterpreterKib);
  pcre2_set_callout(context.get(), OnCallout, &search);
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
  for (size_t i = 1; i < groups_.size(); ++i) {
    const size_t group_begin = places[groups_[i]], group_end = places[groups_[i] + 1];
    std::optional<std::string>& group = found.groups.emplace_back();
    if (group_begin != PCRE2_UNSET) group = text.substr(group_begin, group_end - group_begin);
  }
  for (const RegexTranslation::Loop& loop : loops_) {
    const size_t iteration = places[markers_[static_cast<size_t>(loop.marker)]];
    if (iteration == PCRE2_UNSET) continue;
    for (auto i = static_cast<size_t>(loop.first); i <= static_cast<size_t>(loop.last); ++i) {
      if (places[groups_[i]] < iteration) found.groups[i - 1].reset();
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
