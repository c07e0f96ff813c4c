#include "engine/items/thrift_compact.h"

#include <doctest/doctest.h>

#include <string>

namespace gait {
namespace {

using namespace std::string_literals;

// What is in a struct, as text: `1=5 2=<abc> 3=[1 2 3] 4={1=true}`; then the error, if there is one.
std::string Show(ThriftReader& in, const ThriftField& field);

std::string ShowStruct(ThriftReader& in) {
  std::string text;
  in.Struct([&](const ThriftField& field) {
    if (!text.empty()) text += ' ';
    text += std::to_string(field.id) + "=" + Show(in, field);
  });
  return text;
}

std::string Show(ThriftReader& in, const ThriftField& field) {
  switch (field.type) {
    case ThriftType::kTrue:
    case ThriftType::kFalse: return in.Bool(field) ? "true" : "false";
    case ThriftType::kBinary: return "<" + std::string(in.Binary(field)) + ">";
    case ThriftType::kStruct: return "{" + ShowStruct(in) + "}";
    case ThriftType::kList: {
      std::string text;
      in.List(field, [&](const ThriftField& element) { text += (text.empty() ? "" : " ") + Show(in, element); });
      return "[" + text + "]";
    }
    case ThriftType::kI8:
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64: return std::to_string(in.Int(field));
    default: in.Skip(field); return "?";
  }
}

std::string Read(const std::string& bytes) {
  ThriftReader in(bytes);
  const std::string text = ShowStruct(in);
  if (in.ok()) return text + (in.position() == bytes.size() ? "" : " and more");
  return in.error() + (in.cut_off() ? " (cut off)" : "") + " at " + std::to_string(in.position());
}

TEST_CASE("the fields of a struct") {
  CHECK(Read("\x00"s) == "");
  CHECK(Read("\x15\x0a\x00"s) == "1=5");
  CHECK(Read("\x15\x09\x00"s) == "1=-5");
  CHECK(Read("\x13\xfb\x00"s) == "1=-5");  // an i8 is a byte as it is
  CHECK(Read("\x16\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"s) == "1=9223372036854775807");
  CHECK(Read("\x16\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"s) == "1=-9223372036854775808");
  CHECK(Read("\x11\x12\x22\x00"s) == "1=true 2=false 4=false");
  CHECK(Read("\x05\x80\x02\x0a\x15\x02\x00"s) == "128=5 129=1");  // a number that is no small step
  CHECK(Read("\x18\x03"s + "abc\x00"s) == "1=<abc>");
  CHECK(Read("\x19\x35\x02\x04\x06\x00"s) == "1=[1 2 3]");
  CHECK(Read("\x19\x21\x01\x02\x00"s) == "1=[true false]");
  CHECK(Read("\x19\x05\x00"s) == "1=[]");
  CHECK(Read("\x1c\x15\x02\x00\x15\x04\x00"s) == "1={1=1} 2=2");  // the numbers begin anew in it
  CHECK(Read("\x00\x00"s) == " and more");
  std::string long_list = "\x19\xf5\x10"s;
  for (int i = 0; i < 16; ++i) long_list += '\x02';
  CHECK(Read(long_list + "\x00"s) == "1=[1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1]");
}

TEST_CASE("what is not known is skipped, whatever it is") {
  CHECK(Read("\x17"s + "12345678" + "\x15\x02\x00"s) == "1=? 2=1");
  CHECK(Read("\x1d"s + "1234567812345678" + "\x15\x02\x00"s) == "1=? 2=1");
  CHECK(Read("\x1b\x00\x15\x02\x00"s) == "1=? 2=1");
  CHECK(Read("\x1b\x02\x85\x01"
             "a\x02\x01"
             "b\x04\x15\x02\x00"s) == "1=? 2=1");
  CHECK(Read("\x1a\x2c\x15\x02\x00\x00\x15\x02\x00"s) == "1=? 2=1");
}

TEST_CASE("what is wrong, and where") {
  CHECK(Read("") == "cut off (cut off) at 0");
  CHECK(Read("\x15\x8a"s) == "cut off (cut off) at 2");
  CHECK(Read("\x18\x04"s + "abc") == "cut off (cut off) at 2");
  CHECK(Read("\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"s) == "cut off (cut off) at 11");
  CHECK(Read("\x19\xf5\xff\xff\xff\xff\x0f\x00"s) == "a list that is longer than what there is (cut off) at 7");
  CHECK(Read("\x1e\x00"s) == "a type that there is not at 1");
  CHECK(Read("\x19\x10\x00"s) == "a type that there is not at 2");
  CHECK(Read("\x05\xff\xff\xff\xff\x0f\x00\x00"s) == "a field's number is -2147483648 at 6");
  CHECK(Read("\x05\x00\x00\x00"s) == "a field's number is 0 at 2");
  CHECK(Read("\x16\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00\x00"s) == "an integer of more than 64 bits at 11");
  CHECK(Read(std::string(33, '\x1c') + std::string(33, '\0')) == "nested deeper than 32 at 32");
  CHECK(Read(std::string(31, '\x1c') + std::string(32, '\0')).starts_with("1={1={"));
  std::string lists;
  for (int i = 0; i < 40; ++i) lists += "\x19";
  CHECK(Read(lists).starts_with("nested deeper than 32"));
}

TEST_CASE("a field that is not what it should be") {
  const auto read = [](const std::string& bytes, auto use) {
    ThriftReader in(bytes);
    in.Struct([&](const ThriftField& field) { use(in, field); });
    return in.error();
  };
  const std::string integer = "\x25\x0a\x00"s;
  CHECK(read(integer, [](auto& in, auto& field) { in.Binary(field); }) == "field 2 has another type than it should");
  CHECK(read(integer, [](auto& in, auto& field) { in.Bool(field); }) == "field 2 has another type than it should");
  CHECK(read(integer, [](auto& in, auto& field) { in.List(field, [](auto&) {}); }) ==
        "field 2 has another type than it should");
  CHECK(read(integer, [](auto& in, auto& field) { in.Struct(field, [](auto&) {}); }) ==
        "field 2 has another type than it should");
  CHECK(read(integer, [](auto& in, auto& field) { in.Int(field, 0, 4); }) == "field 2 is 5, which it cannot be");
  CHECK(read(integer, [](auto& in, auto& field) { in.Int(field, 0, 5); }).empty());
  CHECK(read("\x28\x01"
             "a\x00"s,
             [](auto& in, auto& field) { in.Int(field); }) == "field 2 has another type than it should");
}

}  // namespace
}  // namespace gait
