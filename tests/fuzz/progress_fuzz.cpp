// Any events with any titles on any screen: no line is too wide, and no byte of a title controls
// the terminal.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <weir/event.hpp>

#include "report/progress_bar.hpp"
#include "report/progress_lines.hpp"
#include "text/escape.hpp"

namespace {

using time_point = weir::progress_state::time_point;

/// Takes numbers off the front of the input, zeros at its end.
class reader {
 public:
  explicit reader(std::string_view text) : text_(text) {}
  unsigned number(unsigned below) {
    if (text_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(text_.front());
    text_.remove_prefix(1);
    return byte % below;
  }
  std::string title() {
    const std::string_view taken = text_.substr(0, number(64));
    text_.remove_prefix(taken.size());
    std::string title(taken);
    std::replace(title.begin(), title.end(), '\0', ' ');  // no argument has a NUL
    return title;
  }
  bool done() const { return text_.empty(); }

 private:
  std::string_view text_;
};

void check(const std::vector<std::string>& lines, unsigned columns) {
  if (lines.empty()) std::abort();
  for (const std::string& line : lines) {
    if (weir::display_width(line) >= columns) std::abort();
    for (const unsigned char c : line)
      if (c < 0x20 || c == 0x7f) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  reader in({reinterpret_cast<const char*>(bytes), size});
  time_point now{};
  weir::progress_state state(4, now, [&] { return now; });
  // Slots that are in use, by the job in them.
  std::vector<std::uint64_t> running(8, 0);
  for (std::uint64_t seq = 1; !in.done();) {
    now += std::chrono::milliseconds(100 * in.number(100));
    const unsigned slot = in.number(8);
    weir::job_spec job;
    job.settings = std::make_shared<weir::job_settings>();
    if (running[slot] == 0) {
      job.seq = running[slot] = seq++;
      job.argv = {in.title()};
      state.on(weir::job_accepted{job});
      state.on(weir::attempt_started{job, 1, slot + 1, now});
    } else {
      job.seq = running[slot];
      running[slot] = 0;
      job.argv = {"x"};
      weir::attempt_result result;
      result.how = weir::exited{static_cast<int>(in.number(2))};
      result.started = result.ended = now;
      state.on(weir::job_ended{job,
                               in.number(2) == 0 ? weir::verdict::succeeded : weir::verdict::failed,
                               1,
                               slot + 1,
                               result,
                               {}});
    }
    const weir::terminal_size screen{2 + in.number(200), 1 + in.number(60)};
    for (const bool utf8 : {false, true})
      check(
          weir::render_progress(state, now, screen, {.live = true, .colour = false, .utf8 = utf8}),
          screen.columns);
    weir::progress_line(state, now);
    weir::osc_progress(state);
  }
  return 0;
}
