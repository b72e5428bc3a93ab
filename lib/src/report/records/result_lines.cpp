#include "report/records/result_lines.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "files/buffered_file.hpp"
#include "report/records/base64.hpp"
#include "report/records/held_output.hpp"
#include "report/records/result_text.hpp"
#include "report/records/rows_on_the_way.hpp"

namespace weir {

namespace {

constexpr std::array<std::string_view, 2> stream_names{"stdout", "stderr"};

class result_lines final : public record {
 public:
  explicit result_lines(const record_settings& settings)
      : settings_(settings),
        file_(open_growing(settings.path, settings.resumed, row_end::newline,
                           test_of_rows(settings, mark_in_result_line))) {}

  bool has_work() const noexcept override { return !due_.empty(); }
  bool waits_for_reader() const noexcept override { return file_.is_waiting(); }
  bool puts_off(std::uint64_t seq) const noexcept override { return on_the_way_.has(seq); }
  bool holds_ends() const noexcept override { return true; }
  end_turn turn() const noexcept override { return end_turn::results; }

 private:
  /// Output of one attempt.
  struct output {
    explicit output(held_output& all) : each{held_output::stream(all), held_output::stream(all)} {}
    std::array<held_output::stream, 2> each;
  };
  struct attempt {
    unsigned number;
    attempt_result result;
    std::unique_ptr<output> wrote;  ///< null if nothing
  };
  struct job {
    std::unique_ptr<output> wrote;  ///< by the running attempt; null: nothing yet
    std::vector<attempt> earlier;   ///< output of the last one may still be in `wrote`
  };

  void take(const event& e) override {
    if (const auto* wrote = std::get_if<job_output>(&e)) {
      keep(*wrote);
    } else if (const auto* failed_one = std::get_if<attempt_failed>(&e)) {
      jobs_[failed_one->job.seq].earlier.push_back({failed_one->attempt, failed_one->result, {}});
    } else if (const auto* started = std::get_if<attempt_started>(&e)) {
      // A job's result is that of its last attempt: what the one before wrote is moved aside.
      if (started->attempt == 1) return;
      job& mine = jobs_[started->job.seq];
      if (!mine.earlier.empty()) mine.earlier.back().wrote = std::move(mine.wrote);
    } else if (const auto* ended = std::get_if<job_ended>(&e)) {
      put(*ended);
      jobs_.erase(ended->job.seq);
    }
  }

  void keep(const job_output& e) {
    auto& wrote = jobs_[e.job.seq].wrote;
    if (!wrote) wrote = std::make_unique<output>(held_);
    wrote->each.at(static_cast<std::size_t>(e.which)).append({e.bytes.data(), e.bytes.size()});
  }

  /// A part of a line: some text, then the output of an attempt, which may be hundreds of
  /// megabytes.
  struct part {
    std::string text;
    std::unique_ptr<output> wrote;  ///< null if nothing
    bool captured = false;          ///< whether there are members for it
    std::size_t stream = 0;         ///< index of the one being written
    std::uint64_t ends = 0;         ///< the job whose line it ends; 0: none
    std::optional<held_output::reading> reading;
  };

  void put(const job_ended& ended) {
    if (ended.is_earlier()) return;  // its line exists already
    const bool idle = due_.empty();
    job mine;
    if (const auto known = jobs_.find(ended.job.seq); known != jobs_.end())
      mine = std::move(known->second);
    // Another attempt was announced and did not start, as the run had to stop.
    if (!mine.earlier.empty() && mine.earlier.back().number == ended.attempts && !mine.wrote)
      mine.wrote = std::move(mine.earlier.back().wrote);
    part& top = add_part(is_captured(ended), std::move(mine.wrote));
    json_object head(top.text);
    add_result(head, ended, settings_);
    const bool some = add_earlier(ended, mine.earlier);
    part& last = add_part(false, nullptr);
    last.text = some ? "}]}\n" : "}\n";
    last.ends = ended.job.seq;
    if (idle) go_on();
    if (!due_.empty() || file_.may_wait()) on_the_way_.begin(ended.job.seq);
  }

  part& add_part(bool captured, std::unique_ptr<output> wrote) {
    part& added = due_.emplace_back();
    added.captured = captured;
    added.wrote = std::move(wrote);
    return added;
  }

  /// A job that ended before its next attempt began has the result of its last attempt as its own.
  /// \returns whether there were any. Their objects are left open.
  bool add_earlier(const job_ended& ended, std::vector<attempt>& all) {
    bool some = false;
    for (attempt& each : all) {
      if (each.number >= ended.attempts) break;
      part& one = add_part(is_captured(ended), std::move(each.wrote));
      one.text = std::exchange(some, true) ? "}," : R"(,"earlier_attempts":[)";
      json_object members(one.text);
      add_attempt(members, each.number, each.result, settings_);
    }
    return some;
  }

  void go_on() override {
    for (std::size_t left = held_output::most_of_a_turn; left > 0 && !due_.empty();) {
      left -= std::min(left, write_some(due_.front()));
      if (!is_written(due_.front())) continue;
      if (due_.front().ends != 0) on_the_way_.is_whole(due_.front().ends, file_);
      due_.pop_front();
    }
  }

  static bool is_written(const part& of) { return of.text.empty() && of.stream == 2; }

  /// Writes a piece of the part. \returns bytes of output in it.
  std::size_t write_some(part& of) {
    if (!of.text.empty()) file_.append(std::exchange(of.text, {}));
    if (!of.captured) of.stream = 2;
    return of.stream < 2 ? write_stream(of) : 0;
  }

  /// Writes a piece of the stream, with what precedes and follows it.
  std::size_t write_stream(part& of) {
    const held_output::stream* const wrote = of.wrote ? &of.wrote->each[of.stream] : nullptr;
    const bool text = wrote == nullptr || wrote->is_utf8();
    std::size_t taken = 0;
    bool more = false;
    if (!of.reading) {
      file_.append(fmt::format(R"(,"{}{}":")", stream_names[of.stream], text ? "" : "_base64"));
      if (wrote != nullptr) of.reading.emplace(*wrote);
    }
    if (of.reading)
      more = of.reading->pass([&](std::string_view bytes, bool last) {
        const auto append = text ? append_json_part : append_base64_part;
        taken = append(file_.buffer(), bytes, last);
        return taken;
      });
    file_.append(more ? "" : "\"");
    if (more) return taken;
    of.reading.reset();
    ++of.stream;
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
  buffered_file file_;
  held_output held_;
  std::unordered_map<std::uint64_t, job>
      jobs_;              ///< by seq; those that wrote something or failed once
  std::deque<part> due_;  ///< of jobs that have ended, not written yet
  rows_on_the_way on_the_way_;
};

}  // namespace

std::unique_ptr<record> open_result_lines(const record_settings& settings) {
  return std::make_unique<result_lines>(settings);
}

}  // namespace weir
