#include "input/manifest/job_stream.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/manifest/job_line_reader.hpp"
#include "input/manifest/need_resolver.hpp"
#include "text/escape.hpp"
#include "text/size.hpp"
#include "text/utf8.hpp"

namespace weir {

struct job_stream::state {
  state(std::string name, const job_stream_options& options)
      : file(std::move(name)), lines(options.context), resolver(options) {}

  /// \param line the last line read
  void throw_if_any(const doc::fault_list& faults, std::string_view line) const {
    if (faults.empty()) return;
    throw usage_error(doc::render(faults, file, [&](std::uint32_t number) -> std::string_view {
      if (number == lines.number() && !line.empty()) return line;
      return number == head_number ? head_line : resolver.line_of(number);
    }));
  }

  /// A need in [defaults] may turn out to be wrong much later.
  void keep_head(std::string_view line) {
    head_line = line;
    head_number = lines.number();
  }

  std::string file;
  doc::job_line_reader lines;
  doc::need_resolver resolver;
  std::string head_line;
  std::uint32_t head_number = 0;  ///< 0: there is none
};

job_stream::job_stream(std::string file, const job_stream_options& options)
    : state_(std::make_unique<state>(std::move(file), options)) {}
job_stream::~job_stream() = default;
job_stream::job_stream(job_stream&&) noexcept = default;
job_stream& job_stream::operator=(job_stream&&) noexcept = default;

std::vector<manifest_job> job_stream::feed(std::string_view line) {
  doc::fault_list faults;
  doc::field_checker check(faults);
  std::vector<manifest_job> ready;
  const bool is_first = !state_->lines.begun();
  std::vector<doc::open_job> jobs = state_->lines.read(line, check);
  if (is_first && state_->lines.begun() && jobs.empty()) state_->keep_head(line);
  if (faults.empty()) state_->resolver.add(std::move(jobs), ready, check, line);
  state_->throw_if_any(faults, line);
  return ready;
}

void job_stream::finish() {
  doc::fault_list faults;
  doc::field_checker check(faults);
  state_->resolver.finish(check);
  state_->throw_if_any(faults, {});
}

const run_settings& job_stream::run() const noexcept {
  return state_->lines.head().run;
}
const std::vector<pool_settings>& job_stream::pools() const noexcept {
  return state_->lines.head().pools;
}
bool job_stream::begun() const noexcept {
  return state_->lines.begun();
}

manifest read_jsonl_manifest(std::string_view text, std::string_view file, std::size_t longest_line,
                             const manifest_context& context) {
  doc::fault_list faults;
  doc::field_checker check(faults);
  doc::job_line_reader lines(context);
  doc::need_resolver resolver({.held = most_jobs, .names = most_jobs});
  manifest m;
  for (std::string_view rest = without_byte_order_mark(text); !rest.empty() && !faults.full();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > longest_line)
      throw usage_error(fmt::format("{}:{}: line longer than {}", escape(file), lines.number() + 1,
                                    size_for_people(longest_line)));
    std::vector<doc::open_job> jobs = lines.read(rest.substr(0, end), check);
    if (m.jobs.size() + jobs.size() > most_jobs) {
      check.fault({lines.number(), 1}, fmt::format("more than {} jobs", most_jobs));
      break;
    }
    resolver.add(std::move(jobs), m.jobs, check);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!faults.full()) resolver.finish(check, lines.all_named());
  doc::throw_if_any(faults, file, text);
  m.run = lines.head().run;
  m.pools = lines.head().pools;
  return m;
}

}  // namespace weir
