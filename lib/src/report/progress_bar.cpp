#include "report/progress_bar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "report/colours.hpp"
#include "report/held_text.hpp"
#include "report/node_text.hpp"
#include "report/row_titles.hpp"
#include "report/stop_text.hpp"

namespace weir {

namespace {

using time_point = progress_state::time_point;

constexpr std::size_t widest_bar = 30;
constexpr std::size_t narrowest_bar = 8;
constexpr double slowest_rate_shown = 0.1;

/// Text that knows its width: colours take no cells.
struct piece {
  std::string text;
  std::size_t cells = 0;
};

piece plain(std::string text) {
  const std::size_t cells = text.size();
  return {std::move(text), cells};
}

piece coloured(std::string text, std::string_view colour, const progress_style& style) {
  piece p = plain(std::move(text));
  if (style.colour) p.text = fmt::format("{}{}{}", colour, p.text, sgr::reset);
  return p;
}

void append(piece& line, const piece& more) {
  line.text += more.text;
  line.cells += more.cells;
}

std::size_t usable(terminal_size size) {
  return size.columns > 1 ? size.columns - 1 : 1;
}

/// Only the last job makes it 100 %: 99.9 % is not rounded up.
unsigned percent(const progress_state& state) {
  const std::uint64_t total = *state.total();
  if (total == 0) return 100;
  return static_cast<unsigned>(std::min(1.0, double(state.ended().done()) / double(total)) * 100);
}

bool has_total(const progress_state& state) {
  return state.total().value_or(0) > 0;
}

std::string count_text(const progress_state& state) {
  if (!has_total(state)) return fmt::format(" {} done", state.ended().done());
  const std::string total = fmt::to_string(*state.total());
  return fmt::format(" {:>{}}/{}", state.ended().done(), total.size(), total);
}

/// Up to here, "held up by weir ctl pause" would leave no room for anything else.
constexpr std::size_t narrow = 60;

/// What may follow the bar, and the order in which it gives way when space is short: 1 goes first.
struct detail {
  piece what;
  int goes;
};

std::vector<detail> details(const progress_state& state, time_point now, std::size_t width,
                            const progress_style& style) {
  std::vector<detail> all;
  if (state.ended().failed > 0)
    all.push_back({coloured(fmt::format("{} failed", state.ended().failed), sgr::red, style), 6});
  if (state.ended().skipped > 0)
    all.push_back({plain(fmt::format("{} skipped", state.ended().skipped)), 3});
  all.push_back({plain(fmt::format("{} running", state.running())), 5});
  if (const auto resting = state.resting().size(); resting > 0)
    all.push_back({plain(fmt::format("{} to retry", resting)), 3});
  if (const std::string nodes = node_text(state); !nodes.empty()) all.push_back({plain(nodes), 1});
  if (state.starts_paused() && width <= narrow)
    all.push_back({plain("paused"), 6});
  else if (const std::string held = held_text(state); !held.empty())
    all.push_back({plain(held), 3});
  if (!has_total(state) && state.pending() > 0)
    all.push_back({plain(fmt::format("{} pending", state.pending())), 4});
  if (const double rate = state.rate(now); rate >= slowest_rate_shown)
    all.push_back({plain(fmt::format("{:.{}f} jobs/s", rate, rate < 100 ? 1 : 0)), 2});
  if (const auto eta = state.eta(now)) all.push_back({plain("ETA " + format_seconds(*eta)), 1});
  return all;
}

std::size_t width_of(const std::vector<detail>& all) {
  std::size_t cells = 0;
  for (const auto& d : all) cells += d.what.cells + 2;
  return cells;
}

void drop_first_to_go(std::vector<detail>& all) {
  all.erase(std::min_element(all.begin(), all.end(),
                             [](const detail& a, const detail& b) { return a.goes < b.goes; }));
}

/// In steps, so that the bar does not change its width with every digit of the text next to it.
std::size_t bar_cells(std::size_t available) {
  constexpr std::size_t step = 10;
  return available < step ? narrowest_bar : std::min(widest_bar, available / step * step);
}

/// As much of the line as fits: the ETA gives way first, then the rate, the bar, and the counts.
std::string bar_line(const progress_state& state, time_point now, std::size_t width,
                     const progress_style& style) {
  piece line = plain(count_text(state));
  const std::string share = has_total(state) ? fmt::format(" {:>3}%", percent(state)) : "";
  std::vector<detail> rest = details(state, now, width, style);
  constexpr int goes_before_the_bar = 2;

  const auto taken = [&] { return line.cells + share.size() + width_of(rest); };
  const std::size_t bar = has_total(state) ? narrowest_bar + 1 : 0;
  while (!rest.empty() && taken() + bar > width &&
         std::any_of(rest.begin(), rest.end(),
                     [](const detail& d) { return d.goes <= goes_before_the_bar; }))
    drop_first_to_go(rest);

  if (bar > 0 && taken() + bar <= width) {
    const std::size_t cells = bar_cells(width - taken() - 1);
    const double done = double(state.ended().done()) / double(*state.total());
    append(line, plain(" "));
    const std::string drawn = render_bar(done, cells, style.utf8);
    line.text += style.colour ? fmt::format("{}{}{}", sgr::cyan, drawn, sgr::reset) : drawn;
    line.cells += cells;
  }
  while (!rest.empty() && taken() > width) drop_first_to_go(rest);
  if (taken() <= width) append(line, plain(share));
  for (std::size_t i = 0; i < rest.size(); ++i) {
    append(line, plain(i == 0 ? "  " : ", "));
    append(line, rest[i].what);
  }
  // Too narrow even for the counts. They are ASCII, so bytes are cells.
  if (line.cells > width) line.text = count_text(state).substr(0, width);
  return line.text;
}

std::string stop_line(const progress_state& state, time_point now, std::size_t width,
                      const progress_style& style) {
  const std::string text = stop_text(state.phase(), state.running(), state.waited_for(),
                                     state.stop_time_left(now), state.stop_reason());
  return coloured((" stopping: " + text).substr(0, width), sgr::red, style).text;
}

/// A row up to its title: slot, time, and anything special about the job.
piece row_head(const running_job& job, time_point now, std::size_t slot_cells, std::size_t width,
               const progress_state& state, const progress_style& style) {
  const std::string elapsed = format_seconds(state.active(now) - job.started);
  std::string head = fmt::format(" {:>{}} {:>6} ", job.slot, slot_cells, elapsed);
  if (head.size() >= width) return plain(head.substr(0, width));
  std::string marks;
  if (job.shielded) marks += "[shield] ";
  if (job.attempt > 1) marks += fmt::format("[attempt {}] ", job.attempt);
  if (head.size() + marks.size() >= width) marks.clear();
  piece line = coloured(std::move(head), sgr::dim, style);
  append(line, plain(std::move(marks)));
  return line;
}

void append_rows(std::vector<std::string>& lines, const std::vector<const running_job*>& jobs,
                 time_point now, std::size_t width, const progress_state& state,
                 const progress_style& style) {
  unsigned highest = 0;
  for (const auto* job : jobs) highest = std::max(highest, job->slot);
  const std::size_t slot_cells = std::max<std::size_t>(2, fmt::to_string(highest).size());
  std::vector<piece> heads;
  std::vector<std::string> titles;
  std::size_t widest_head = 0;
  for (const auto* job : jobs) {
    heads.push_back(row_head(*job, now, slot_cells, width, state, style));
    titles.push_back(job->title());
    widest_head = std::max(widest_head, heads.back().cells);
  }
  titles = row_titles(titles, width - std::min(width, widest_head), style.utf8);
  for (std::size_t i = 0; i < jobs.size(); ++i) lines.push_back(heads[i].text + titles[i]);
  if (state.running() > jobs.size())
    lines.push_back(
        fmt::format(" {:>{}} and {} more", "", slot_cells + 7, state.running() - jobs.size())
            .substr(0, width));
}

/// How many rows may be shown, including the one that counts the others.
std::size_t rows_allowed(const progress_state& state, terminal_size size) {
  constexpr unsigned too_narrow = 24;
  if (size.columns < too_narrow || size.rows < 4) return 0;
  return std::min<std::size_t>(state.running(), size.rows / 2);
}

}  // namespace

std::string render_bar(double share, std::size_t cells, bool utf8) {
  share = std::clamp(share, 0.0, 1.0);
  if (!utf8) {
    const auto full = static_cast<std::size_t>(share * double(cells));
    return std::string(full, '#') + std::string(cells - full, '-');
  }
  constexpr std::array<std::string_view, 8> eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto filled = static_cast<std::size_t>(share * double(cells) * 8);
  std::string bar;
  for (std::size_t i = 0; i < filled / 8; ++i) bar += "█";
  bar += eighths[filled % 8];
  const std::size_t used = filled / 8 + (filled % 8 > 0 ? 1 : 0);
  return bar + std::string(cells - used, ' ');
}

std::vector<std::string> render_progress(const progress_state& state, time_point now,
                                         terminal_size size, const progress_style& style) {
  const std::size_t width = usable(size);
  std::vector<std::string> lines;
  lines.push_back(state.phase() == stop_phase::running ? bar_line(state, now, width, style)
                                                       : stop_line(state, now, width, style));
  const std::size_t allowed = rows_allowed(state, size);
  if (allowed == 0) return lines;
  const std::size_t shown = state.running() <= allowed ? state.running() : allowed - 1;
  append_rows(lines, state.running_jobs(shown), now, width, state, style);
  return lines;
}

std::string osc_progress(const progress_state& state) {
  const bool bad = state.ended().failed > 0 || state.phase() != stop_phase::running;
  if (!has_total(state)) return bad ? "\x1b]9;4;2;100\a" : "\x1b]9;4;3\a";
  return fmt::format("\x1b]9;4;{};{}\a", bad ? 2 : 1, percent(state));
}

std::string osc_progress_end() {
  return "\x1b]9;4;0\a";
}

}  // namespace weir
