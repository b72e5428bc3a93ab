/// --joblog: one line per job in GNU parallel's nine columns, for scripts that read them.
#include <algorithm>

#include "files/buffered_file.hpp"
#include "report/records/joblog_columns.hpp"
#include "report/records/record.hpp"

namespace weir {

namespace {

constexpr std::string_view column_names =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

constexpr std::size_t width_of_seconds = 10;

class joblog final : public record {
 public:
  explicit joblog(const record_settings& settings)
      : settings_(settings), file_(open_growing(settings.path, settings.resumed)) {
    if (file_.is_empty()) file_.append(column_names);
  }

  bool holds_ends() const noexcept override { return true; }

  static constexpr std::string_view option = "--joblog";

 private:
  void take(const event& e) override {
    const auto* ended = std::get_if<job_ended>(&e);
    if (ended == nullptr || !has_joblog_line(*ended)) return;
    joblog_columns row(*ended, settings_);
    std::string& seconds = row.texts[joblog_columns::seconds];
    seconds.insert(0, width_of_seconds - std::min(seconds.size(), width_of_seconds), ' ');
    // One line even for a command of several lines, as GNU parallel writes it.
    std::ranges::replace(row.texts.back(), '\n', '\0');
    std::string& line = file_.buffer();
    for (const std::string& text : row.texts) (line += text) += '\t';
    line.back() = '\n';
    file_.append({});
  }
  void put_out() override { file_.put_out(); }
  void complete() override { file_.flush_record(); }

  record_settings settings_;
  buffered_file file_;
};

}  // namespace

extern const record_format joblog_format;
const record_format joblog_format{joblog::option, "FILE", "Log the jobs in GNU parallel's columns",
                                  false,
                                  [](const record_settings& settings) -> std::unique_ptr<record> {
                                    return std::make_unique<joblog>(settings);
                                  }};

}  // namespace weir
