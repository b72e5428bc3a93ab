#include "support/catch.hpp"

#include <cerrno>

#include <weir/outcome.hpp>

using namespace weir;
using namespace std::chrono_literals;

TEST_CASE("exit 9 and SIGKILL are told apart") {
  const outcome by_code = decode_wait_status(9 << 8);
  const outcome by_signal = decode_wait_status(9);
  CHECK(by_code == outcome{exited{9}});
  CHECK(by_signal == outcome{signaled{9, false}});
  CHECK(shell_status(by_code) == 9);
  CHECK(shell_status(by_signal) == 137);
}

TEST_CASE("a core dump is told from the signal alone") {
  CHECK(decode_wait_status(11 | 0x80) == outcome{signaled{11, true}});
  CHECK(describe(decode_wait_status(11 | 0x80)) == "SIGSEGV (core dumped)");
}

TEST_CASE("a missing program is 127, one that cannot be executed 126") {
  CHECK(shell_status(spawn_failed{ENOENT, "gzipp"}) == 127);
  CHECK(shell_status(spawn_failed{EACCES, "./notes.txt"}) == 126);
  CHECK(describe(spawn_failed{ENOENT, "gzipp"}) == "gzipp: command not found");
  CHECK(describe(spawn_failed{ENOENT, "input", "stdin"}) ==
        "stdin input: No such file or directory");
  CHECK(describe(spawn_failed{ENOENT, "./x"}) == "./x: No such file or directory");
}

TEST_CASE("durations are shown in at most two units") {
  CHECK(format_duration(20ms) == "20ms");
  CHECK(format_duration(1500ms) == "1.5s");
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(1h) == "1h");
  CHECK(format_duration(49h) == "2d1h");
}
