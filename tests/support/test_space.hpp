/// A separate directory for a test, and the weir command run in it.
///
/// Nothing here sleeps to synchronise: conditions are polled with a deadline. Survivors of a run
/// are found by a random id in their environment, through /proc/*/environ.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace test {

struct finished {
  int status = 0;  ///< as from waitpid(2)
  std::string out;
  std::string err;
  int exit_code() const;    ///< -1 if a signal ended it
  int term_signal() const;  ///< 0 if it exited
};

/// The first fields of /proc/[pid]/stat, for names without a blank.
struct process_stat {
  explicit process_stat(pid_t pid);
  std::string name;
  char state = '?';
  pid_t parent = 0;
};

class test_space {
 public:
  test_space();
  ~test_space();
  test_space(const test_space&) = delete;
  test_space& operator=(const test_space&) = delete;

  /// Runs weir with these arguments until it exits. CHILD in them becomes the helper program's
  /// path.
  finished weir(std::vector<std::string> arguments, const std::string& input = "");

  /// Runs `sh -c SCRIPT`, with $WEIR, $SHIELD and $CHILD set: for pipes and redirections.
  finished shell(const std::string& script);
  /// Like start(), through the shell; with `exec $WEIR` the pid is that of weir itself.
  pid_t start_shell(const std::string& script);

  /// Starts weir, with stdout and stderr going to files; join() waits.
  pid_t start(std::vector<std::string> arguments, const std::string& input = "");
  finished join(pid_t pid);

  /// Like start(), in a separate process group, as a shell starts a job.
  pid_t start_in_group(std::vector<std::string> arguments);

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  bool exists(const std::string& name) const;

  /// Polls until it is true; fails the test after half a minute.
  static void eventually(const std::function<bool()>& fact);
  void wait_for_file(const std::string& name) const;

  /// Living processes that were started, directly or indirectly, by a weir of this test.
  std::vector<pid_t> survivors() const;

  /// The process that runs the jobs for the weir with this pid, which is its keeper; 0: none.
  pid_t engine_of(pid_t weir) const;

 private:
  std::vector<std::string> weir_argv(std::vector<std::string> arguments) const;
  pid_t spawn(const std::vector<std::string>& argv, const std::string& input,
              bool own_group = false);

  std::filesystem::path directory_;
  std::string id_;
  int runs_ = 0;
};

/// The helper program's path.
std::string child();

std::vector<std::string> lines(const std::string& text);
std::vector<std::string> sorted_lines(const std::string& text);
/// As seq(1) prints them.
std::string numbers(int last);

}  // namespace test
