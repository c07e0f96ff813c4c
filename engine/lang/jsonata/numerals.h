// Numbers that are not written in digits: English words, Roman numerals, the letters that name a spreadsheet's columns.
// Numbers are whole and not negative. Reading gives NaN for a text that is no such numeral.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace gait::jsonata {

// "Three Thousand, Seven Hundred and Thirty", "Twenty-First". REQUIRES: finite.
std::string ToWords(double number, bool ordinal);
// In any case, cardinal or ordinal.
double FromWords(std::u32string_view text);
// What FromWords knows, in lower case: "twenty", "twentieth", "trillion".
using NumberWords = std::map<std::string, double, std::less<>>;
const NumberWords& AllNumberWords();

// "mcmlxxxiv"; "" for 0. Throws U1001 where it would be thousands of characters long.
std::string ToRoman(double number);
// Upper case.
double FromRoman(std::u32string_view text);

// "a" for 1, "z" for 26, "aa" for 27; "" for 0. REQUIRES: finite.
std::string ToLetters(double number);
// Whose first letter is `a`. Letters of another case count as what lies as far from `a`, as in the reference.
double FromLetters(std::u32string_view text, char32_t a);

}  // namespace gait::jsonata
