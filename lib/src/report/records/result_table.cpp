#include "report/records/result_table.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "files/buffered_file.hpp"
#include "input/result_tree.hpp"
#include "report/records/held_output.hpp"
#include "report/records/joblog_columns.hpp"
#include "report/records/rows_on_the_way.hpp"
#include "report/records/table_cells.hpp"

namespace weir {

namespace {

auto marks_in(std::string_view path) {
  if (path.ends_with(".json")) return &mark_in_json;
  return path.ends_with(".tsv") ? &mark_in_joblog : &mark_in_csv;
}

class result_table final : public record {
 public:
  explicit result_table(const record_settings& settings)
      : settings_(settings),
        cells_(settings.path),
        file_(open_growing(settings.path, settings.resumed,
                           cells_.has_heading() ? row_end::quoted : row_end::newline,
                           test_of_rows(settings, marks_in(settings.path)))),
        has_heading_(!file_.is_empty()) {}

  bool has_work() const noexcept override { return !due_.empty(); }
  bool waits_for_reader() const noexcept override { return file_.is_waiting(); }
  bool puts_off(std::uint64_t seq) const noexcept override { return on_the_way_.has(seq); }
  bool holds_ends() const noexcept override { return true; }
  end_turn turn() const noexcept override { return end_turn::results; }

 private:
  /// What the running attempt wrote to one stream.
  struct stream {
    explicit stream(held_output& all) : held(all) {}
    held_output::stream held;
    std::uint64_t bytes = 0;
    bool quoted = false;  ///< contains something that needs quotes
  };
  struct streams {
    explicit streams(held_output& all) : each{stream(all), stream(all)} {}
    std::array<stream, 2> each;
  };
  struct row {
    std::uint64_t seq;  ///< of the job
    std::string head;   ///< everything before the streams
    std::unique_ptr<streams> wrote;
    std::size_t at = 0;  ///< index of the stream being written
    std::optional<held_output::reading> reading;
  };

  void take(const event& e) override {
    if (const auto* wrote = std::get_if<job_output>(&e)) {
      auto& mine = running_[wrote->job.seq];
      if (!mine) mine = std::make_unique<streams>(held_);
      append(mine->each.at(static_cast<std::size_t>(wrote->which)),
             {wrote->bytes.data(), wrote->bytes.size()});
    } else if (const auto* started = std::get_if<attempt_started>(&e)) {
      if (started->attempt > 1) running_.erase(started->job.seq);
    } else if (const auto* ended = std::get_if<job_ended>(&e)) {
      if (has_joblog_line(*ended)) put(*ended);
      running_.erase(ended->job.seq);
    }
  }

  void append(stream& to, std::string_view bytes) const {
    to.held.append(bytes);
    to.bytes += bytes.size();
    to.quoted = to.quoted || cells_.wants_quotes(bytes);
  }

  void put(const job_ended& ended) {
    auto& wrote = running_[ended.job.seq];
    if (!wrote) wrote = std::make_unique<streams>(held_);
    const bool idle = due_.empty();
    row& added = due_.emplace_back();
    added.seq = ended.job.seq;
    added.head = head_of(ended, wrote->each[0].bytes);
    added.wrote = std::move(wrote);
    if (idle) go_on();
    if (!due_.empty() || file_.may_wait()) on_the_way_.begin(ended.job.seq);
  }

  std::string head_of(const job_ended& ended, std::uint64_t received) {
    const std::string item = ended.job.item.value_or("");
    const std::vector<result_cell> items = split_result_cells(item);
    joblog_columns known(ended, settings_);
    known.texts[joblog_columns::received] = std::to_string(received);
    std::string text;
    if (!std::exchange(has_heading_, true) && cells_.has_heading()) {
      for (const std::string_view name : joblog_columns::names) cells_.append_cell(text, name);
      for (const result_cell& each : items) cells_.append_cell(text, each.name);
      text += cells_.heading_end();
    }
    cells_.append_row_head(text, known.texts, items);
    return text;
  }

  void go_on() override {
    for (std::size_t left = held_output::most_of_a_turn; left > 0 && !due_.empty();) {
      left -= std::min(left, write_some(due_.front()));
      if (due_.front().at < 2) continue;
      file_.append(cells_.row_end());
      on_the_way_.is_whole(due_.front().seq, file_);
      due_.pop_front();
    }
  }

  /// Writes a piece of a stream, with what precedes and follows it. \returns bytes of output in it.
  std::size_t write_some(row& of) {
    file_.append(std::exchange(of.head, {}));
    const stream& from = of.wrote->each.at(of.at);
    if (!of.reading) {
      file_.append(cells_.stream_begin(of.at, from.quoted));
      of.reading.emplace(from.held);
    }
    std::size_t taken = 0;
    const bool more = of.reading->pass([&](std::string_view bytes, bool) {
      cells_.append_escaped(file_.buffer(), bytes);
      return taken = bytes.size();
    });
    if (more) return taken;
    file_.append(cells_.stream_end(from.quoted));
    of.reading.reset();
    ++of.at;
    return taken;
  }

  void put_out() override {
    file_.put_out();
    on_the_way_.look_at(file_);
  }
  void complete() override {
    while (has_work()) go_on();
    file_.flush_record();
    on_the_way_.look_at(file_);
  }

  record_settings settings_;
  table_cells cells_;
  buffered_file file_;
  held_output held_;
  bool has_heading_;
  std::unordered_map<std::uint64_t, std::unique_ptr<streams>> running_;  ///< by seq
  std::deque<row> due_;  ///< of jobs that have ended, not written yet
  rows_on_the_way on_the_way_;
};

}  // namespace

std::unique_ptr<record> open_result_table(const record_settings& settings) {
  return std::make_unique<result_table>(settings);
}

}  // namespace weir
