#include "failure_options.hpp"

#include <algorithm>
#include <utility>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "input/exit_codes.hpp"
#include "input/limit.hpp"
#include "text/duration.hpp"
#include "text/number.hpp"

namespace weir::cli {

namespace {

constexpr unsigned most_retries = 1'000'000;

void needs(bool given, bool there, const char* option, const char* other) {
  if (given && !there) throw usage_error(std::string(option) + ": needs " + other);
}

void settle_pauses(retry_settings& retry, const typed_options& typed) {
  if (!typed.retry_delay.empty())
    retry.backoff = parse_duration("--retry-delay", typed.retry_delay);
  if (typed.retry_max.empty()) return;
  retry.longest_backoff = parse_duration("--retry-max", typed.retry_max);
  if (retry.longest_backoff < retry.backoff || retry.longest_backoff == duration{})
    refuse_value("--retry-max", typed.retry_max, "a bound of --retry-delay",
                 "a time above 0 that is not shorter than --retry-delay");
}

void settle_retries(retry_settings& retry, const typed_options& typed) {
  if (!typed.retries.empty())
    // GNU parallel counts all tries; 0 and 1 both mean one.
    retry.times = static_cast<unsigned>(std::max<std::uint64_t>(
                      parse_count("--retries", typed.retries, 0, most_retries), 1)) -
                  1;
  const bool tries = !typed.retries.empty();
  needs(!typed.retry_delay.empty(), tries, "--retry-delay", "--retries N");
  needs(!typed.retry_max.empty(), !typed.retry_delay.empty(), "--retry-max", "--retry-delay TIME");
  needs(!typed.retry_on.empty(), tries, "--retry-on", "--retries N");
  settle_pauses(retry, typed);
  if (typed.retry_on.empty()) return;
  retried_ends ends = parse_retried_ends("--retry-on", typed.retry_on);
  retry.all_failures = false;
  retry.on_timeout = ends.timeout;
  retry.exit_codes = std::move(ends.codes);
}

/// A code that means success is neither skipped nor retried; one that is skipped is not retried.
void check_codes(const job_settings& job, bool ok_is_given) {
  const std::string by = ok_is_given ? "--ok" : "--ok, which is 0 by default";
  const auto refuse = [](const char* option, int code, const std::string& why) {
    throw usage_error(std::string(option) + ": " + std::to_string(code) + " counts as " + why);
  };
  if (const auto code = shared_code(job.skip, job.ok)) refuse("--skip", *code, "success by " + by);
  if (const auto code = shared_code(job.retry.exit_codes, job.ok))
    refuse("--retry-on", *code, "success by " + by);
  if (const auto code = shared_code(job.retry.exit_codes, job.skip))
    refuse("--retry-on", *code, "skipped by --skip");
}

void settle_judgement(options& o, const typed_options& typed) {
  const auto take = [&](std::vector<int>& codes, const char* option, const std::string& text) {
    if (text.empty()) return;
    if (!o.manifest.file.empty())
      throw usage_error(std::string(option) + ": cannot be combined with --file: use " +
                        (option + 2) + " in [defaults] or a job");
    codes = parse_exit_codes(option, text);
  };
  take(o.job.ok, "--ok", typed.ok);
  take(o.job.skip, "--skip", typed.skip);
  check_codes(o.job, !typed.ok.empty());
}

void settle_timeout(options& o, const typed_options& typed) {
  if (typed.timeout.empty()) return;
  const timeout_value timeout = parse_timeout("--timeout", typed.timeout);
  if (const auto* fixed = std::get_if<std::chrono::nanoseconds>(&timeout)) {
    if (*fixed > duration{}) o.job.timeout = *fixed;
  } else {
    o.engine.relative_timeout = std::get<percent_of_median>(timeout).percent / 100;
  }
}

}  // namespace

void settle_failure(options& o, const typed_options& typed) {
  if (!typed.halt.empty()) o.engine.halt = parse_halt("--halt", typed.halt);
  o.engine.end_hopeless = typed.halt.empty() || o.engine.halt.when != halt_rule::urgency::never;
  settle_retries(o.job.retry, typed);
  settle_judgement(o, typed);
  settle_timeout(o, typed);
}

}  // namespace weir::cli
