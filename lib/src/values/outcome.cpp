#include <weir/outcome.hpp>

#include <cerrno>
#include <cstring>

#include <sys/wait.h>

#include <fmt/format.h>

namespace weir {

namespace {

template <typename... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
overloaded(Cases...) -> overloaded<Cases...>;  // Clang before 17 does not deduce it

std::string describe_spawn_failure(const spawn_failed& failure) {
  if (failure.step == "refused") return failure.what;
  if (failure.error == E2BIG)
    return failure.what +
           ": too long to be executed: an argument above 128 KiB, or the arguments and the "
           "environment above the limit of the system (getconf ARG_MAX)";
  if (!failure.step.empty())
    return fmt::format("{} {}: {}", failure.step, failure.what, std::strerror(failure.error));
  const bool not_a_path = failure.what.find('/') == std::string::npos;
  if (failure.error == ENOENT && not_a_path) return failure.what + ": command not found";
  return fmt::format("{}: {}", failure.what, std::strerror(failure.error));
}

}  // namespace

outcome decode_wait_status(int status) {
  if (WIFSIGNALED(status)) return signaled{WTERMSIG(status), WCOREDUMP(status) != 0};
  return exited{WEXITSTATUS(status)};
}

int shell_status(const outcome& how) {
  return std::visit(overloaded{
                        [](const exited& e) { return e.code; },
                        [](const signaled& s) { return 128 + s.signal; },
                        [](const timed_out&) { return 124; },
                        [](const spawn_failed& f) {
                          if (f.step == "return") return 1;  // it has run
                          return f.error == ENOENT || f.error == ENOTDIR ? 127 : 126;
                        },
                        [](const cancelled&) { return 130; },
                        [](const skipped&) { return 0; },
                        [](const left_running&) { return 1; },
                    },
                    how);
}

std::string describe(const outcome& how) {
  return std::visit(
      overloaded{
          [](const exited& e) { return fmt::format("exit {}", e.code); },
          [](const signaled& s) {
            if (s.for_memory) return std::string("killed for memory");
            return signal_name(s.signal) + (s.core_dumped ? " (core dumped)" : "");
          },
          [](const timed_out& t) { return "timed out after " + format_duration(t.limit); },
          [](const spawn_failed& f) { return describe_spawn_failure(f); },
          [](const cancelled& c) {
            if (c.by_ctl) return std::string("cancelled by weir ctl");
            return std::string(c.started ? "cancelled" : "not started");
          },
          [](const skipped& s) { return s.reason.empty() ? "skipped" : "skipped: " + s.reason; },
          [](const left_running& l) { return "left running: " + l.what; },
      },
      how);
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

std::string format_duration(std::chrono::nanoseconds d) {
  using namespace std::chrono;
  const auto ms = duration_cast<milliseconds>(d).count();
  if (ms < 1000) return fmt::format("{}ms", ms);
  const auto tenths = ms / 100;
  if (tenths < 600)
    return tenths % 10 == 0 ? fmt::format("{}s", tenths / 10)
                            : fmt::format("{}.{}s", tenths / 10, tenths % 10);
  const auto s = ms / 1000;
  if (s < 3600)
    return s % 60 == 0 ? fmt::format("{}m", s / 60) : fmt::format("{}m{}s", s / 60, s % 60);
  const auto m = s / 60;
  if (m < 24 * 60)
    return m % 60 == 0 ? fmt::format("{}h", m / 60) : fmt::format("{}h{}m", m / 60, m % 60);
  return fmt::format("{}d{}h", m / 1440, m / 60 % 24);
}

}  // namespace weir
