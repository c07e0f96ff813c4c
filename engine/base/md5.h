// MD5 (RFC 1321), which S3 names the contents of objects by. It tells contents apart; it proves nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace gait {

class Md5 {
 public:
  Md5();
  ~Md5();

  void Add(std::string_view bytes);
  // 32 hexadecimal digits, lower case, of all that was added. Once.
  std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A UUID of version 3, the same for the same name.
std::string NameUuid(std::string_view name);

}  // namespace gait
