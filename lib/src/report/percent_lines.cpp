#include "report/percent_lines.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "report/shown.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto between_percents = 500ms;
constexpr std::size_t widest_running = 70;

}  // namespace

percent_lines::percent_lines(const progress_state& state, time_point start, bool utf8,
                             printer print)
    : state_(state), start_(start), utf8_(utf8), print_(std::move(print)) {}

percent_lines::time_point percent_lines::tick(time_point now) {
  const std::uint64_t done = state_.ended().done();
  const std::uint64_t total = state_.total().value_or(0);
  // Without a total nothing can be said of a share.
  if (total == 0) return now + between_percents;
  std::string title;
  for (const running_job* job : state_.running_jobs(1))
    title = ' ' + shown_clipped(job->title(), widest_running, utf8_);
  const auto seconds = [](auto time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count());
  };
  print_("# " + seconds(now - start_) + " sec" + title + '\r');
  const auto left = state_.eta(now);
  print_(std::to_string(100 * done / total) + "% " + std::to_string(done) + ':' +
         std::to_string(total - std::min(done, total)) + '=' + (left ? seconds(*left) : "0") +
         "s\r");
  return now + between_percents;
}

}  // namespace weir
