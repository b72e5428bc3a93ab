#include "input/manifest/job_stream.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/manifest/job_line_reader.hpp"
#include "input/manifest/need_resolver.hpp"
#include "text/escape.hpp"
#include "text/json_text.hpp"
#include "text/size.hpp"
#include "text/utf8.hpp"

namespace weir {

struct job_stream::state {
  state(std::string name, const job_stream_options& options)
      : file(std::move(name)), lines(options.context), resolver(options) {}

  state(const manifest& all, const job_stream_options& options)
      : lines(*all.head, options.context), resolver(options) {
    for (const manifest_job& job : all.jobs) resolver.note(job);
  }

  /// \param line the last line read
  void throw_if_any(const doc::fault_list& faults, std::string_view line) const {
    if (faults.empty()) return;
    throw usage_error(doc::render(faults, file, [&](std::uint32_t number) -> std::string_view {
      if (number == lines.number() && !line.empty()) return line;
      return number == head_number ? head_line : resolver.line_of(number);
    }));
  }

  std::string object_of(std::string_view line);

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
  std::uint64_t named = 0;        ///< "added-1" and so on
};

job_stream::job_stream(std::string file, const job_stream_options& options)
    : state_(std::make_unique<state>(std::move(file), options)) {}
job_stream::job_stream(const manifest& all, const job_stream_options& options)
    : state_(std::make_unique<state>(all, options)) {}
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

/// A command line as the object of a job.
std::string job_stream::state::object_of(std::string_view line) {
  if (!is_utf8(line)) throw usage_error("the line is not UTF-8, which all text in a manifest is");
  std::string name;
  do name = "added-" + std::to_string(++named);
  while (resolver.knows(name));
  std::string object;
  json_object job(object);
  job.add("name", name).add("run", line);
  job.close();
  return object;
}

std::vector<manifest_job> job_stream::add(std::string_view line) {
  doc::fault_list faults;
  doc::field_checker check(faults);
  const bool is_object =
      line.substr(std::min(line.find_first_not_of(" \t"), line.size())).starts_with('{');
  const std::string object = is_object ? std::string(line) : state_->object_of(line);
  std::vector<doc::open_job> jobs = state_->lines.read_added(object, check);
  state_->resolver.check_added(jobs, check);
  doc::throw_if_any(faults, "the line", object);
  for (doc::open_job& open : jobs) open.job.spec.added = true;
  std::vector<manifest_job> ready;
  state_->resolver.add(std::move(jobs), ready, check);
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
  m.head = std::make_shared<const doc::document_head>(lines.head());
  return m;
}

}  // namespace weir
