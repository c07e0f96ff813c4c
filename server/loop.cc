#include "server/loop.h"

#include <boost/asio/post.hpp>
#include <cstdio>

#include "server/session.h"

namespace gait {

void Answers::Give(std::weak_ptr<Session> session, uint64_t request, OperationAnswer answer) {
  if (std::this_thread::get_id() == thread_.load(std::memory_order_relaxed)) {
    if (const auto s = session.lock()) s->Answered(request, std::move(answer));
    return;
  }
  const std::lock_guard lock(mutex_);
  if (context_ == nullptr) return;
  // A commit answers many requests: the loop is woken for the first.
  if (waiting_.empty()) boost::asio::post(*context_, [this] { Deliver(); });
  waiting_.push_back({std::move(session), request, std::move(answer)});
}

void Answers::Deliver() {
  {
    const std::lock_guard lock(mutex_);
    delivering_.swap(waiting_);
  }
  for (Waiting& waiting : delivering_) {
    if (const auto session = waiting.session.lock()) session->Answered(waiting.request, std::move(waiting.answer));
  }
  delivering_.clear();
}

void Answers::Shut() {
  const std::lock_guard lock(mutex_);
  context_ = nullptr;
  waiting_.clear();
}

const std::string& Loop::Date() {
  const std::time_t now = std::time(nullptr);
  if (now == date_of_) return date_;
  date_of_ = now;
  std::tm utc{};
  gmtime_r(&now, &utc);
  // The names of days and months are English, whatever the locale.
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d GMT", kDays[utc.tm_wday], utc.tm_mday,
                kMonths[utc.tm_mon], 1900 + utc.tm_year, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return date_ = text;
}

}  // namespace gait
