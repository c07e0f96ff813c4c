#include "cli/prompt.h"

#include <cstdlib>
#include <cstring>

// libedit, by readline's names.
#include <editline/readline.h>

namespace gait::cli {
namespace {

const std::vector<std::string>* completed =
    nullptr;  // of the prompt that is open; the library's callbacks have no data

char* NextWord(const char* begin, int state) {
  static size_t place = 0;
  if (state == 0) place = 0;
  while (place < completed->size()) {
    const std::string& word = (*completed)[place++];
    if (word.starts_with(begin)) return strdup(word.c_str());
  }
  return nullptr;
}

char** Complete(const char* begin, int, int) {
  rl_attempted_completion_over = 1;  // no names of files
  return rl_completion_matches(begin, NextWord);
}

}  // namespace

void Prompt(const char* text, const std::vector<std::string>& words,
            const std::function<void(const std::string&)>& take) {
  completed = &words;
  rl_attempted_completion_function = Complete;
  static char breaks[] = " \t\n()[]{},;:?+-*/%|=<>^&!~.\"'";
  rl_basic_word_break_characters = breaks;
  using_history();
  while (char* line = readline(text)) {
    const std::string entered = line;
    std::free(line);
    if (entered.find_first_not_of(" \t") == std::string::npos) continue;
    add_history(entered.c_str());
    take(entered);
  }
  completed = nullptr;
}

}  // namespace gait::cli
