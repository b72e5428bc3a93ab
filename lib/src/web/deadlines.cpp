// One timer for all deadlines.
#include "web/deadlines.hpp"

#include <algorithm>

namespace weir::web::detail {

deadlines::deadlines(const boost::asio::any_io_executor& executor, const durations& after)
    : after_(after), timer_(executor), self_(std::make_shared<deadlines*>(this)) {}

void deadlines::arm(deadline& d, deadline_kind kind) {
  d.unlink();
  const auto index = static_cast<std::size_t>(kind);
  if (after_[index] == std::chrono::nanoseconds::max()) return;
  d.kind = kind;
  d.due = std::chrono::steady_clock::now() +
          std::min<std::chrono::nanoseconds>(after_[index], std::chrono::hours(24 * 36500));
  lists_[index].push_back(d);
  if (d.due < armed_) wait_until(d.due);
}

void deadlines::stop() {
  armed_ = time_point::max();
  timer_.cancel();
}

deadlines::time_point deadlines::earliest() const {
  time_point due = time_point::max();
  for (const auto& list : lists_)
    if (!list.empty()) due = std::min(due, list.front()->due);
  return due;
}

void deadlines::wait_until(time_point due) {
  armed_ = due;
  timer_.expires_at(due);
  timer_.async_wait([self = std::weak_ptr(self_), due](boost::system::error_code) {
    const auto alive = self.lock();
    if (alive && (*alive)->armed_ == due) (*alive)->expire();
  });
}

void deadlines::expire() {
  armed_ = time_point::max();
  const auto now = std::chrono::steady_clock::now();
  for (auto& list : lists_) {
    while (!list.empty() && list.front()->due <= now) {
      deadline& d = *list.pop_front();
      d.expired(d.owner, d.kind);
    }
  }
  const time_point next = earliest();
  if (next < armed_ && next != time_point::max()) wait_until(next);
}

}  // namespace weir::web::detail
