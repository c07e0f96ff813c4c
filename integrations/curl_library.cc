#include "integrations/curl_library.h"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace gait {
namespace {

constexpr const char* kFile = "libcurl.so.4";  // the ABI of libcurl since 2006

CurlLibrary Load() {
  const auto check = [](const void* found) {
    if (found == nullptr) throw std::runtime_error(std::string("libcurl cannot be loaded: ") + dlerror());
  };
  void* const library = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);  // stays loaded
  check(library);
  CurlLibrary curl;
#define GAIT_CURL_LOAD(name)                                                \
  curl.name = reinterpret_cast<decltype(curl.name)>(dlsym(library, #name)); \
  check(reinterpret_cast<const void*>(curl.name));
  GAIT_CURL_FUNCTIONS(GAIT_CURL_LOAD)
#undef GAIT_CURL_LOAD
  if (curl.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
  return curl;
}

}  // namespace

const CurlLibrary& Curl() {
  static const CurlLibrary curl = Load();
  return curl;
}

}  // namespace gait
