// How long JSONata expressions take: gait_bench_jsonata FILE, for bench/jsonata, which puts it beside the npm package.
// FILE: {"data": {...}, "expressions": [{"name", "expr", "binding", "data"}]}. Prints one line of JSON an expression.
// gait_bench_jsonata FILE NAME COUNT evaluates that expression so many times and measures nothing: for a profiler.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "engine/json/parse.h"
#include "engine/lang/jsonata/expression.h"

namespace {

using namespace gait;

// Nanoseconds of one call: the median of rounds of a tenth of a second.
template <typename F>
double Measure(F f) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 7;
  std::vector<double> rounds;
  for (int round = 0; round <= kRounds; ++round) {
    int64_t calls = 0;
    const auto begin = Clock::now();
    std::chrono::duration<double, std::nano> taken{};
    do {
      for (int i = 0; i < 20; ++i) f();
      calls += 20;
      taken = Clock::now() - begin;
    } while (taken < std::chrono::milliseconds(100));
    if (round > 0) rounds.push_back(taken.count() / static_cast<double>(calls));  // the first warms up
  }
  std::sort(rounds.begin(), rounds.end());
  return rounds[kRounds / 2];
}

int Main(const char* path, std::string_view only, int count) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  const JsonParse parsed = ParseJson(text.str());
  if (!parsed) {
    std::fprintf(stderr, "%s: %s\n", path, parsed.error.message.c_str());
    return 1;
  }
  const Value& data = *parsed.value->Find("data");
  SeededRandom random(1);
  const jsonata::Services services{{1'700'000'000'000}, random};
  for (const Value& e : parsed.value->Find("expressions")->items()) {
    const std::string expression(e.Find("expr")->as_string());
    const bool binds = e.Find("binding")->as_bool();
    const Value input = binds ? Value() : *data.Find("order");
    const Value variables = binds ? Value::Object({{"states", *data.Find("states")}}) : Value();
    const auto compile = [&] {
      return std::get<jsonata::Expression>(jsonata::Expression::Compile(expression, {/*step_functions=*/false}));
    };
    const jsonata::Expression compiled = compile();
    const auto evaluate = [&](const jsonata::Expression& c) {
      const auto result = c.Evaluate(input, variables, services);
      if (!std::holds_alternative<Value>(result) || std::get<Value>(result).is_undefined()) std::abort();
    };
    if (!only.empty()) {
      for (int i = 0; e.Find("name")->as_string() == only && i < count; ++i) evaluate(compiled);
      continue;
    }
    const double alone = Measure([&] { evaluate(compiled); });
    const double both = Measure([&] { evaluate(compile()); });
    std::printf("{\"name\": \"%s\", \"evaluate\": %.1f, \"compile\": %.1f}\n",
                std::string(e.Find("name")->as_string()).c_str(), alone, both);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) return Main(argv[1], "", 0);
  if (argc == 4) return Main(argv[1], argv[2], std::atoi(argv[3]));
  std::fprintf(stderr, "usage: gait_bench_jsonata FILE [NAME COUNT]\n");
  return 2;
}
