#include "report/messages.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "report/shown.hpp"
#include "report/stop_text.hpp"
#include "values/stop_reason.hpp"

namespace weir {

messages::messages(bool utf8, bool at_terminal, printer print, progress_state::clock now)
    : utf8_(utf8), at_terminal_(at_terminal), print_(std::move(print)), now_(std::move(now)) {}

void messages::on(const event& e) {
  if (const auto* stop = std::get_if<stop_changed>(&e)) return print_stop(*stop);
  if (const auto* unusual = std::get_if<warning>(&e))
    print_("weir: warning: " + shown(unusual->text, utf8_));
}

void messages::print_stop(const stop_changed& e) {
  std::optional<std::chrono::nanoseconds> left;
  if (e.deadline) left = std::max(std::chrono::nanoseconds{}, *e.deadline - now_());
  const std::string why = e.reason.empty() ? "" : fmt::format(" ({})", shown(e.reason, utf8_));
  const bool nothing_new =
      e.running == 0 && (e.phase == stop_phase::running || e.phase == stop_phase::soft);
  if (std::exchange(told_of_stop_, true) && nothing_new) return;
  const bool over = e.phase == stop_phase::gave_up;
  const std::string text = stop_text(e.phase, e.running, e.shielded, left, e.reason, at_terminal_);
  if (e.reason == reason_unstartable)
    return print_(fmt::format("weir: stopping: {}{}", e.reason, e.running > 0 ? "; " + text : ""));
  print_(fmt::format("weir: {}{}: {}", over ? "giving up" : "stopping", why, text));
}

}  // namespace weir
