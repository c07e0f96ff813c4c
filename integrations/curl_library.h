// libcurl, loaded when the first request is sent. It brings two dozen libraries, and finding their symbols would take
// half of the time in which a program starts that sends none.
#pragma once

#include <curl/curl.h>

namespace gait {

struct CurlLibrary {
#define GAIT_CURL_FUNCTIONS(F)                                                                                     \
  F(curl_global_init)                                                                                              \
  F(curl_getdate)                                                                                                  \
  F(curl_slist_append)                                                                                             \
  F(curl_slist_free_all) F(curl_easy_init) F(curl_easy_cleanup) F(curl_easy_setopt) F(curl_easy_getinfo)           \
      F(curl_easy_strerror) F(curl_multi_init) F(curl_multi_cleanup) F(curl_multi_setopt) F(curl_multi_add_handle) \
          F(curl_multi_remove_handle) F(curl_multi_info_read) F(curl_multi_socket_action)
#define GAIT_CURL_MEMBER(name) decltype(&::name) name = nullptr;
  GAIT_CURL_FUNCTIONS(GAIT_CURL_MEMBER)
#undef GAIT_CURL_MEMBER
};

// Loads and initialises it at the first call. Throws if the system has none. Any thread.
const CurlLibrary& Curl();

}  // namespace gait
