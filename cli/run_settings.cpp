#include "run_settings.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "loop/ending.hpp"
#include "loop/owned_fd.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// Many jobs need many descriptors; jobs themselves get the old limit back.
void raise_open_files(inherited_state& state) {
  rlimit raised = state.open_files;
  raised.rlim_cur = raised.rlim_max;
  if (state.open_files.rlim_cur >= raised.rlim_max) return;
  state.restore_open_files = ::setrlimit(RLIMIT_NOFILE, &raised) == 0;
}

/// Orphans of jobs become our children, so that a whole tree can be found and ended.
bool adopt_orphans() {
  return ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

}  // namespace

void require_directory(const std::string& option, const std::string& dir, bool makes) {
  if (dir.empty()) return;
  std::error_code error;
  if (makes) std::filesystem::create_directories(dir, error);
  const bool is_one = !error && std::filesystem::is_directory(dir, error);
  if (is_one && ::faccessat(AT_FDCWD, dir.c_str(), X_OK, AT_EACCESS) != 0)
    error.assign(errno, std::generic_category());
  if (error || !is_one)
    throw usage_error(option + ": " + escape(dir) + ": " +
                      (error ? error.message() : "is not a directory"));
}

inherited_state inherited_by_jobs(const signals& s) {
  inherited_state state = s.inherited();
  raise_open_files(state);
  return state;
}

terminal_cells screen_of_ours() {
  terminal_cells screen;
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO}) {
    winsize cells{};
    if (::ioctl(fd, TIOCGWINSZ, &cells) != 0 || cells.ws_col == 0 || cells.ws_row == 0) continue;
    return {cells.ws_col, cells.ws_row};
  }
  return screen;
}

local_executor_settings executor_settings(const options& o, const signals& s, const kept& kept) {
  local_executor_settings settings{.state = inherited_by_jobs(s)};
  settings.close_timeout = o.engine.close_timeout;
  settings.subreaper = adopt_orphans();
  settings.known_as = kept.front;
  settings.slot_variable = o.dialect.slot_variable;
  settings.board = kept.board;
  settings.leftovers = o.leftovers;
  settings.control_groups = o.control_groups;
  settings.wait_timeout = o.engine.stop.wait_timeout;
  settings.shields = true;
  settings.screen = screen_of_ours();
  settings.stopped_in_foreground = [] {
    if (!is_ending()) ::kill(0, SIGTSTP);
  };
  return settings;
}

namespace {

/// Otherwise, each job would fail.
void require_terminal(const options& o) {
  if (o.dry_run || !o.job.process || !o.job.process->foreground) return;
  const owned_fd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal)
    throw usage_error(
        o.names.of("--tty") +
        ": there is no terminal that jobs could read: /dev/tty: " + std::strerror(errno));
}

}  // namespace

std::optional<std::string> note_on_empty_part(const options& o) {
  const shard_share& share = *o.share;
  if (!o.part || share.own > 0 || share.all == 0 || o.quiet > 0) return std::nullopt;
  return "shard " + std::to_string(o.part->number) + '/' + std::to_string(o.part->of) + ": 0 of " +
         std::to_string(share.all) + (share.all == 1 ? " job" : " jobs");
}

void take_on(const options& o) {
  require_terminal(o);
  if (o.nice) ::setpriority(PRIO_PROCESS, 0, *o.nice);
  // Tools that have no variable of their own for this follow one of these two
  // (bixense.com/clicolors, force-color.org).
  if (o.colours_jobs)
    for (const char* name : {"FORCE_COLOR", "CLICOLOR_FORCE"}) ::setenv(name, "1", 0);
  require_directory(o.names.of("--wd"), o.job.dir, !o.dry_run);
  require_directory("--tmpdir", o.tmpdir, false);
  if (!o.tmpdir.empty()) ::setenv("TMPDIR", o.tmpdir.c_str(), 1);
}

void be_patient_inside_weir(options& o) {
  const char* const around = std::getenv("WEIR_SHIELD");
  if (around == nullptr || *around == '\0') return;
  stop_settings& stop = o.engine.stop;
  stop.term_timeout = std::max(stop.term_timeout, stop.wait_timeout);
}

}  // namespace weir::cli
