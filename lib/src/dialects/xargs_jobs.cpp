#include "dialects/xargs_jobs.hpp"

#include <algorithm>
#include <utility>

#include <weir/error.hpp>

namespace weir {

namespace {

/// As in findutils: large enough that a longer command line gains nothing.
constexpr std::size_t usual_chars = std::size_t{128} << 10;

std::size_t chars_of(const xargs_request& request, const xargs_limits& limits) {
  return std::min(request.max_chars.value_or(usual_chars), limits.most_chars);
}

argument_list list_of(const std::vector<std::string>& words) {
  argument_list list;
  for (const std::string& word : words) list.push_back(word);
  return list;
}

/// What the command leaves for a word, whose NUL counts, too.
std::size_t longest_word(std::size_t chars, std::size_t command) {
  return chars - std::min(chars, command + 1);
}

std::string with(std::string_view word, std::string_view replaced, std::string_view line,
                 std::size_t most) {
  std::string filled;
  for (;;) {
    const auto at = word.find(replaced);
    filled += word.substr(0, at);
    if (at == std::string_view::npos || filled.size() > most) return filled;
    filled += line;
    word.remove_prefix(at + replaced.size());
  }
}

}  // namespace

xargs_jobs::xargs_jobs(xargs_request request, xargs_limits limits,
                       std::shared_ptr<const job_settings> settings)
    : request_(std::move(request)),
      most_chars_(chars_of(request_, limits)),
      limits_(limits),
      settings_(std::move(settings)),
      first_(list_of(request_.command)),
      words_({.delimiter = request_.delimiter,
              .end_word = request_.end_word,
              .whole_lines = !request_.replaced.empty(),
              .longest = longest_word(most_chars_,
                                      request_.replaced.empty() ? first_.bytes().size() : 0)}),
      batch_(first_) {
  // POSIX: -I and -L imply it.
  if (!request_.replaced.empty() || request_.max_lines > 0) request_.exit_if_too_long = true;
  if (request_.replaced.empty() && first_.bytes().size() > most_chars_)
    throw usage_error("cannot fit single argument within argument list size limit");
}

std::optional<job_spec> xargs_jobs::next() {
  while (!ended_) {
    if (!fault_.empty()) throw usage_error(fault_);
    if (is_full()) return take_batch();
    const bool there = take_word();
    warn_of_nul();
    if (!words_.fault().empty()) return fail(words_.fault());
    if (there) {
      if (auto job = use_word()) return job;
      continue;
    }
    if (!words_.is_over() && !finished_) return std::nullopt;
    return end();
  }
  return std::nullopt;
}

std::optional<std::size_t> xargs_jobs::left_over() const {
  return ended_ && words_.is_over() ? std::optional(bytes_.size()) : std::nullopt;
}

bool xargs_jobs::take_word() {
  return words_.take(bytes_) || (finished_ && words_.take_last());
}

std::optional<job_spec> xargs_jobs::use_word() {
  return request_.replaced.empty() ? push(words_.word()) : replace(words_.word());
}

/// If the word does not fit, returns a job of those before it.
std::optional<job_spec> xargs_jobs::push(std::string_view word) {
  std::optional<job_spec> full;
  if (!fits(word.size() + 1)) {
    if (batch_.size() == first_.size())
      return fail("cannot fit single argument within argument list size limit");
    if (request_.exit_if_too_long && (request_.max_lines > 0 || request_.max_args > 0))
      return fail("argument list too long");
    full = take_batch();
  }
  batch_.push_back(word);
  return full;
}

std::optional<job_spec> xargs_jobs::replace(std::string_view line) {
  batch_ = {request_.command.front()};
  for (std::size_t i = 1; i < request_.command.size(); ++i) {
    const std::string word = with(request_.command[i], request_.replaced, line, most_chars_);
    if (!fits(word.size() + 1)) return fail("argument list too long");
    batch_.push_back(word);
  }
  // As in findutils, where the command's name leaves less for all lines but the first.
  words_.limit(longest_word(most_chars_, request_.command.front().size() + 1));
  return take_batch();
}

/// The remaining words; if there are none, a single job, as in System V.
std::optional<job_spec> xargs_jobs::end() {
  ended_ = true;
  const bool some = batch_.size() > first_.size();
  const bool one_at_least = seq_ == 0 && !request_.needs_input && request_.replaced.empty();
  if (!some && !one_at_least) return std::nullopt;
  return take_batch();
}

/// Words gathered before the fault still run, unless -x asks for all or nothing.
std::optional<job_spec> xargs_jobs::fail(const std::string& why) {
  if (!fault_.empty() || request_.exit_if_too_long || !request_.replaced.empty() ||
      batch_.size() <= first_.size())
    throw usage_error(why);
  fault_ = why;
  return take_batch();
}

bool xargs_jobs::is_full() {
  const std::size_t words = batch_.size() - first_.size();
  if (request_.max_args > 0 && words >= request_.max_args) return true;
  if (request_.max_lines == 0 || words_.lines() < request_.max_lines) return false;
  words_.forget_lines();
  return true;
}

bool xargs_jobs::fits(std::size_t more) const noexcept {
  const std::size_t chars = batch_.bytes().size() + more;
  return chars <= most_chars_ && chars + (batch_.size() + 1) * sizeof(char*) <= limits_.all;
}

job_spec xargs_jobs::take_batch() {
  job_spec job;
  job.seq = ++seq_;
  job.argv = std::exchange(batch_, first_);
  job.settings = settings_;
  return job;
}

void xargs_jobs::warn_of_nul() {
  if (!words_.saw_nul() || std::exchange(warned_, true) || !on_warning) return;
  on_warning(
      "a NUL character occurred in the input: it cannot be part of an argument, which ends before "
      "it (was --null meant?)");
}

}  // namespace weir
