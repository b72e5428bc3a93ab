#include "ci_output.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "files/replace_file.hpp"
#include "loop/owned_fd.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// GitHub refuses a larger one for a step.
constexpr std::size_t most_of_a_summary = (std::size_t{1} << 20) - 1024;

/// Output redirected to a file is data.
bool is_file(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

ci_kind ci_of(const options& o) {
  return o.ci ? *o.ci : ci_from([](const char* name) { return std::getenv(name); });
}

bool goes_to_log(const options& o, int fd) {
  return ci_of(o) != ci_kind::none && !is_file(fd);
}

ci_output::ci_output(const options& o, const run_identity& run)
    : kind_(ci_of(o)), start_(run.started()) {
  marks_ = marks_for(kind_, std::to_string(::getpid()));
  folds_ = o.output.mode == output_mode::group && !is_file(STDOUT_FILENO);
  if (kind_ == ci_kind::github && o.quiet == 0) report_.emplace();
}

void ci_output::fold(output& jobs) const {
  if (!marks_) return;
  jobs.guard(*marks_, {!is_file(STDOUT_FILENO), !is_file(STDERR_FILENO)});
  if (folds_) jobs.mark_groups(*marks_);
}

void ci_output::finish(console& to) {
  if (!report_) return;
  if (!is_file(STDERR_FILENO))
    for (const std::string& line : report_->annotations()) to.print(line);
  append_summary(to);
}

/// If it cannot be written, its contents are still in the log: no reason to fail.
void ci_output::append_summary(console& to) const {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const owned_fd file(::open(path, flags, S_IRUSR | S_IWUSR));
  struct stat status {};
  if (!file || ::fstat(file.value(), &status) != 0)
    return to.print(fmt::format("weir: warning: GITHUB_STEP_SUMMARY: {}: {}", escape(path),
                                std::strerror(errno)));
  const auto there = static_cast<std::size_t>(status.st_size);
  const std::size_t room = there < most_of_a_summary ? most_of_a_summary - there : 0;
  const auto elapsed = std::chrono::steady_clock::now() - start_;
  try {
    write_all(file.value(), report_->summary(elapsed, room), escape(path));
  } catch (const io_error& error) {
    to.print(fmt::format("weir: warning: GITHUB_STEP_SUMMARY: {}", error.what()));
  }
}

}  // namespace weir::cli
