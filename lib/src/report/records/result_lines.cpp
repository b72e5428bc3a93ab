#include "report/records/result_lines.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "report/records/base64.hpp"
#include "report/records/held_output.hpp"
#include "report/records/result_text.hpp"
#include "system/buffered_file.hpp"

namespace weir {

namespace {

/// Of output, between two turns of the loop: some milliseconds.
constexpr std::size_t most_at_once = 1 << 20;
constexpr std::array<std::string_view, 2> stream_names{"stdout", "stderr"};

class result_lines final : public record {
 public:
  explicit result_lines(const record_settings& settings)
      : settings_(settings),
        file_(system::open_growing(settings.path, "--results", settings.resumed)) {}

  bool has_work() const noexcept override { return !due_.empty(); }

 private:
  using streams = std::array<held_output::stream, 2>;

  void take(const event& e) override {
    if (const auto* wrote = std::get_if<job_output>(&e)) {
      auto& mine = running_[wrote->job.seq];
      if (!mine) mine = std::make_unique<output>(held_);
      mine->each.at(static_cast<std::size_t>(wrote->which))
          .append({wrote->bytes.data(), wrote->bytes.size()});
    } else if (const auto* started = std::get_if<attempt_started>(&e)) {
      // The result of a job is that of its last attempt, and nothing else's output is in it.
      if (started->attempt > 1) running_.erase(started->job.seq);
    } else if (const auto* ended = std::get_if<job_ended>(&e)) {
      put(*ended);
      running_.erase(ended->job.seq);
    }
  }

  struct output {
    explicit output(held_output& all) : each{held_output::stream(all), held_output::stream(all)} {}
    streams each;
  };

  /// The line of a job that has ended. What it wrote may be hundreds of megabytes.
  struct line {
    std::string text;               ///< up to the output, without the closing brace
    std::unique_ptr<output> wrote;  ///< null: nothing
    bool captured = false;
    std::size_t stream = 0;  ///< index of the one that is written
    std::optional<held_output::reading> reading;
  };

  void put(const job_ended& ended) {
    if (ended.is_earlier()) return;  // its line is there
    line& mine = due_.emplace_back();
    json_object head(mine.text);
    add_result(head, ended, settings_);
    mine.captured = is_captured(ended);
    if (const auto held = running_.find(ended.job.seq); held != running_.end())
      mine.wrote = std::move(held->second);
    if (due_.size() == 1) go_on();
  }

  void go_on() override {
    for (std::size_t left = most_at_once; left > 0 && !due_.empty();) {
      left -= std::min(left, write_some(due_.front()));
      if (is_written(due_.front())) due_.pop_front();
    }
  }

  bool is_written(const line& of) const { return of.text.empty() && of.stream == 2; }

  /// A piece of the line. \returns bytes of output in it.
  std::size_t write_some(line& of) {
    if (!of.text.empty()) file_.append(std::exchange(of.text, {}));
    if (!of.captured) of.stream = 2;
    const std::size_t written = of.stream < 2 ? write_stream(of) : 0;
    if (of.stream == 2) file_.append("}\n");
    return written;
  }

  /// A piece of the stream, with what stands before and after it.
  std::size_t write_stream(line& of) {
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

  void put_out() override { file_.flush(); }
  void complete() override {
    while (has_work()) go_on();
    file_.flush();
  }

  record_settings settings_;
  system::buffered_file file_;
  held_output held_;
  std::unordered_map<std::uint64_t, std::unique_ptr<output>> running_;  ///< by seq; who wrote
  std::deque<line> due_;  ///< ended, and not written yet
};

}  // namespace

std::unique_ptr<record> open_result_lines(const record_settings& settings) {
  return std::make_unique<result_lines>(settings);
}

}  // namespace weir
