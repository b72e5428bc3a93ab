#include "process/job_mark.hpp"

#include <charconv>

#include <fmt/format.h>

namespace weir {

namespace {

/// The variables that matter here.
struct marks {
  std::string_view pid, seq, attempt, shield, around;

  void take(std::string_view variable) {
    const auto equals = variable.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view name = variable.substr(0, equals);
    const std::string_view value = variable.substr(equals + 1);
    if (name == "PARALLEL_PID") pid = value;
    if (name == "WEIR_SEQ") seq = value;
    if (name == "WEIR_ATTEMPT") attempt = value;
    if (name == "WEIR_SHIELD") shield = value;
    if (name == "WEIR_AROUND") around = value;
  }
};

template <typename Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

attempt_id number_of(std::string_view seq, std::string_view attempt) {
  attempt_id job;
  return read(seq, job.seq) && read(attempt, job.attempt) ? job : attempt_id{};
}

std::string_view up_to(std::string_view& text, char end) {
  const auto at = text.find(end);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

marks marks_in(std::string_view environment) {
  marks found;
  while (!environment.empty()) found.take(up_to(environment, '\0'));
  return found;
}

/// GNU parallel in a job sets PARALLEL_PID again, but none of weir's variables.
bool is_of(const run_mark& run, const marks& found) {
  std::string_view shield = found.shield;
  const std::string_view innermost = up_to(shield, ',');
  return found.pid == run.known_as || (!run.shield.empty() && innermost == run.shield);
}

attempt_id mark_around(std::string_view around, const run_mark& run) {
  while (!around.empty()) {
    std::string_view mark = up_to(around, ' ');
    const std::string_view name = up_to(mark, ':');
    if (name != run.known_as && (run.shield.empty() || name != run.shield)) continue;
    const std::string_view seq = up_to(mark, ':');
    return number_of(seq, mark);
  }
  return {};
}

}  // namespace

attempt_id mark_in(std::string_view environment, const run_mark& run) {
  const marks found = marks_in(environment);
  if (is_of(run, found)) return number_of(found.seq, found.attempt);
  return mark_around(found.around, run);
}

marked_by marker_in(std::string_view environment, const run_mark& run) {
  const marks found = marks_in(environment);
  if (is_of(run, found)) return marked_by::this_run;
  return mark_around(found.around, run).seq != 0 ? marked_by::run_within : marked_by::nobody;
}

marked_by marker_of(pid_t pid, const run_mark& run) {
  return marker_in(read_environment(pid), run);
}

std::optional<attempt_id> mark_of(pid_t pid, const run_mark& run) {
  const std::string environment = read_environment(pid);
  if (environment.empty() && !has_arguments(pid)) return std::nullopt;
  return mark_in(environment, run);
}

std::string marks_around(const char* const* environment) {
  marks found;
  for (; *environment != nullptr; ++environment) found.take(*environment);
  if (number_of(found.seq, found.attempt).seq == 0) return {};
  const std::string_view name = found.shield.empty() ? found.pid : up_to(found.shield, ',');
  std::string all = fmt::format("{}:{}:{}", name, found.seq, found.attempt);
  if (!found.around.empty()) all.append(" ").append(found.around);
  return all;
}

}  // namespace weir
