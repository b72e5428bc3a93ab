#include "lost_reader.hpp"

#include <csignal>
#include <variant>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::cli {

namespace {

constexpr int exit_after_pipe = 128 + SIGPIPE;

bool is_by_pipe(const outcome& how) {
  if (const auto* by = std::get_if<signaled>(&how)) return by->signal == SIGPIPE;
  const auto* exit = std::get_if<exited>(&how);
  return exit != nullptr && exit->code == exit_after_pipe;
}

bool has_no_reader(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) != 0 || !(S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode)))
    return false;
  pollfd end{fd, POLLOUT, 0};
  return ::poll(&end, 1, 0) > 0 && (end.revents & (POLLERR | POLLHUP)) != 0;
}

bool is_raw(const job_spec& job, output_mode common) {
  return (job.settings ? job.settings->output.value_or(common) : common) == output_mode::raw;
}

}  // namespace

bool ends_by_pipe(const event& e) {
  if (const auto* failed = std::get_if<attempt_failed>(&e)) return is_by_pipe(failed->result.how);
  const auto* ended = std::get_if<job_ended>(&e);
  return ended != nullptr && ended->attempts > 0 && is_by_pipe(ended->result.how);
}

bool is_reader_lost(const event& e, output_mode common) {
  if (!ends_by_pipe(e)) return false;
  const auto* failed = std::get_if<attempt_failed>(&e);
  const job_spec& job = failed != nullptr ? failed->job : std::get<job_ended>(e).job;
  return is_raw(job, common) && (has_no_reader(STDOUT_FILENO) || has_no_reader(STDERR_FILENO));
}

}  // namespace weir::cli
