// The public interface of an exchange.
#include <weir/web/context.hpp>

#include <algorithm>
#include <stdexcept>

#include "web/exchange.hpp"

namespace weir::web {

namespace detail {

response written_already() {
  return {};
}

awaitable<response> answered_by(awaitable<void> body) {
  co_await std::move(body);
  co_return written_already();
}

awaitable<response> ready(response answer) {
  co_return answer;
}

}  // namespace detail

const request& context::req() const noexcept {
  return owner_.request_;
}

std::string_view context::param(std::string_view name) const {
  for (const auto& captured : owner_.captures_)
    if (captured.name == name) return captured.value;
  throw std::out_of_range("param: the route has no {" + std::string(name) + '}');
}

std::optional<std::string> context::query(std::string_view name) const {
  return detail::query_value(owner_.target_.query(), name);
}

std::string context::peer() const {
  return owner_.connection_->peer();
}

app& context::app() const noexcept {
  return *owner_.app_;
}

scheduler& context::jobs() const {
  if (scheduler* const found = find_jobs()) return *found;
  throw std::logic_error(
      "no scheduler: call use_scheduler on the application, or on one that it is mounted in");
}

bool context::draining() const noexcept {
  return owner_.stop_->is_set();
}

awaitable<void> context::stopping() {
  bool over = true;
  while (over) over = co_await owner_.stop_->sleep(std::chrono::nanoseconds::max());
}

awaitable<bool> context::sleep(std::chrono::nanoseconds time) {
  return owner_.stop_->sleep(time);
}

awaitable<std::string> context::body(std::size_t limit) {
  return owner_.body(limit);
}

awaitable<std::string_view> context::read() {
  return owner_.read();
}

response& context::head() noexcept {
  return owner_.head_;
}

awaitable<void> context::write(std::string_view bytes) {
  return owner_.write(bytes);
}

}  // namespace weir::web
