/// --joblog: one line per job in GNU parallel's nine columns, for scripts that read them.
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "files/buffered_file.hpp"
#include "report/records/joblog_columns.hpp"
#include "report/records/record.hpp"
#include "report/records/rows_on_the_way.hpp"

namespace weir {

namespace {

constexpr std::string_view column_names =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

constexpr std::size_t width_of_seconds = 10;
constexpr std::size_t many = 65536;  // bytes of rows

class joblog final : public record {
 public:
  explicit joblog(const record_settings& settings)
      : settings_(settings),
        file_(open_growing(settings.path, settings.resumed, row_end::newline,
                           test_of_rows(settings, mark_in_joblog))) {
    if (file_.is_empty()) file_.append(column_names);
  }

  bool holds_ends() const noexcept override { return true; }
  end_turn turn() const noexcept override { return end_turn::joblog; }
  bool has_work() const noexcept override { return late_ && !others.put_off(rows_.front().seq); }
  bool waits_for_reader() const noexcept override { return file_.is_waiting(); }
  bool puts_off(std::uint64_t seq) const noexcept override { return on_the_way_.has(seq); }

  static constexpr std::string_view option = "--joblog";

 private:
  struct row {
    std::uint64_t seq;
    std::size_t end;  ///< in lines_
  };

  void take(const event& e) override {
    const auto* ended = std::get_if<job_ended>(&e);
    if (ended == nullptr || !has_joblog_line(*ended) || others.failed()) return;
    if (lines_.size() >= many) write_rows();  // this one is yet to come to the other records
    joblog_columns columns(*ended, settings_);
    std::string& seconds = columns.texts[joblog_columns::seconds];
    seconds.insert(0, width_of_seconds - std::min(seconds.size(), width_of_seconds), ' ');
    // One line even for a command of several lines, as GNU parallel writes it.
    std::ranges::replace(columns.texts.back(), '\n', '\0');
    for (const std::string& text : columns.texts) (lines_ += text) += '\t';
    lines_.back() = '\n';
    rows_.push_back({ended->job.seq, lines_.size()});
    if (file_.may_wait()) on_the_way_.begin(ended->job.seq);
  }

  /// Those of jobs that the other records have; the rest waits, as rows stay in order.
  void write_rows() {
    if (rows_.empty()) return;
    have_others_write([this] { return rows_.size(); });
    if (others.failed()) return drop_rows();
    const auto late =
        std::ranges::find_if(rows_, [this](const row& each) { return others.put_off(each.seq); });
    const std::size_t ready = late == rows_.begin() ? 0 : std::prev(late)->end;
    late_ = late != rows_.end();
    file_.append(std::string_view(lines_).substr(0, ready));
    for (auto each = rows_.begin(); each != late; ++each) on_the_way_.is_whole(each->seq, file_);
    lines_.erase(0, ready);
    rows_.erase(rows_.begin(), late);
    for (row& each : rows_) each.end -= ready;
  }

  /// Their jobs run again if the run is resumed.
  void drop_rows() {
    rows_.clear();
    lines_.clear();
    late_ = false;
  }

  void put_out() override {
    write_rows();
    file_.put_out();
    on_the_way_.look_at(file_);
  }
  void go_on() override { put_out(); }
  void complete() override {
    write_rows();
    file_.flush_record();
    on_the_way_.look_at(file_);
  }

  record_settings settings_;
  buffered_file file_;
  std::string lines_;      ///< not in the file yet
  std::vector<row> rows_;  ///< what they are
  bool late_ = false;      ///< another record makes the first of these wait
  rows_on_the_way on_the_way_;
};

}  // namespace

extern const record_format joblog_format;
const record_format joblog_format{joblog::option, "FILE", "Log the jobs in GNU parallel's columns",
                                  false,
                                  [](const record_settings& settings) -> std::unique_ptr<record> {
                                    return std::make_unique<joblog>(settings);
                                  }};

}  // namespace weir
