#include "report/records/result_lines.hpp"

#include <array>
#include <unordered_map>

#include "report/records/base64.hpp"
#include "report/records/held_output.hpp"
#include "report/records/result_text.hpp"
#include "system/buffered_file.hpp"

namespace weir {

namespace {

class result_lines final : public record {
 public:
  explicit result_lines(const record_settings& settings)
      : settings_(settings),
        file_(system::open_growing(settings.path, "--results", settings.resumed)) {}

 private:
  using streams = std::array<held_output::stream, 2>;

  void take(const event& e) override {
    if (const auto* wrote = std::get_if<job_output>(&e)) {
      auto& all = running_.try_emplace(wrote->job.seq, held_).first->second.each;
      all.at(static_cast<std::size_t>(wrote->which))
          .append({wrote->bytes.data(), wrote->bytes.size()});
    } else if (const auto* started = std::get_if<attempt_started>(&e)) {
      // The result of a job is that of its last attempt, and nothing else's output is in it.
      if (started->attempt > 1) running_.erase(started->job.seq);
    } else if (const auto* ended = std::get_if<job_ended>(&e)) {
      put(*ended);
      running_.erase(ended->job.seq);
    }
  }

  void put(const job_ended& ended) {
    if (ended.is_earlier()) return;  // its line is there
    json_object line(file_.buffer());
    add_result(line, ended, settings_);
    if (is_captured(ended)) {
      const auto held = running_.find(ended.job.seq);
      const streams* wrote = held == running_.end() ? nullptr : &held->second.each;
      add_stream(line, "stdout", wrote == nullptr ? nullptr : &(*wrote)[0]);
      add_stream(line, "stderr", wrote == nullptr ? nullptr : &(*wrote)[1]);
    }
    line.close();
    file_.append("\n");
  }

  void add_stream(json_object& line, const std::string& name, const held_output::stream* wrote) {
    if (wrote == nullptr) {
      line.add(name, "");
      return;
    }
    const bool text = wrote->is_utf8();
    line.key(text ? name : name + "_base64") += '"';
    wrote->read([&](std::string_view bytes, bool last) {
      const auto append = text ? append_json_part : append_base64_part;
      const std::size_t taken = append(file_.buffer(), bytes, last);
      file_.append({});
      return taken;
    });
    file_.buffer() += '"';
  }

  void put_out() override { file_.flush(); }
  void complete() override { file_.flush(); }

  struct output {
    explicit output(held_output& all) : each{held_output::stream(all), held_output::stream(all)} {}
    streams each;
  };

  record_settings settings_;
  system::buffered_file file_;
  held_output held_;
  std::unordered_map<std::uint64_t, output> running_;  ///< by seq; those that wrote
};

}  // namespace

std::unique_ptr<record> open_result_lines(const record_settings& settings) {
  return std::make_unique<result_lines>(settings);
}

}  // namespace weir
