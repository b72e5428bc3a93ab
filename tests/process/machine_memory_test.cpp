// What the machine has, and gates that look at it, on files of the test's own.
#include "process/machine_memory.hpp"

#include "process/load_gate.hpp"
#include "process/memory_gate.hpp"
#include "process/swap_gate.hpp"
#include "support/catch.hpp"

#include "fake_root.hpp"

using namespace weir;
using namespace std::chrono_literals;
using test::fake_root;

namespace {

constexpr std::uint64_t mib = 1024 * 1024;

void machine(const fake_root& root, std::uint64_t total, std::uint64_t available) {
  root.file("proc/meminfo", "MemTotal:       " + std::to_string(total / 1024) +
                                " kB\nMemFree:  1 kB\nMemAvailable:    " +
                                std::to_string(available / 1024) + " kB\n");
}

memory_state look(const fake_root& root) {
  const auto state = machine_memory(root.path()).look();
  REQUIRE(state);
  return *state;
}

start_holder::time_point at(std::chrono::milliseconds t) {
  return start_holder::time_point(1h + t);
}

}  // namespace

TEST_CASE("memory is what the machine says where no control group bounds it") {
  const fake_root root;
  CHECK_FALSE(machine_memory(root.path()).look());
  machine(root, 1000 * mib, 300 * mib);
  root.file("proc/self/cgroup", "0::/a\n");
  root.file("sys/fs/cgroup/a/memory.max", "max\n");
  CHECK(look(root).total == 1000 * mib);
  CHECK(look(root).available == 300 * mib);
  CHECK_FALSE(look(root).stalls);
}

TEST_CASE("the control group with the least memory left bounds it, its cache being given back") {
  const fake_root root;
  machine(root, 1000 * mib, 300 * mib);
  root.file("proc/self/cgroup", "0::/a/b\n");
  root.file("sys/fs/cgroup/a/memory.max", std::to_string(500 * mib));
  root.file("sys/fs/cgroup/a/memory.current", std::to_string(400 * mib));
  root.file("sys/fs/cgroup/a/memory.stat",
            "anon 1\nactive_file 99\ninactive_file " + std::to_string(50 * mib) + "\n");
  root.file("sys/fs/cgroup/a/b/memory.max", std::to_string(450 * mib));
  root.file("sys/fs/cgroup/a/b/memory.current", std::to_string(100 * mib));
  CHECK(look(root).total == 450 * mib);
  CHECK(look(root).available == 150 * mib);
  root.file("sys/fs/cgroup/a/memory.current", std::to_string(600 * mib));
  CHECK(look(root).available == 0);
}

TEST_CASE("a control group of version 1 bounds memory, and its number for no limit does not") {
  const fake_root root;
  machine(root, 1000 * mib, 300 * mib);
  root.file("proc/self/cgroup", "7:memory:/x\n");
  root.file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.file("sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
  CHECK(look(root).total == 1000 * mib);
  root.file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", std::to_string(200 * mib));
  root.file("sys/fs/cgroup/memory/x/memory.usage_in_bytes", std::to_string(150 * mib));
  root.file("sys/fs/cgroup/memory/x/memory.stat",
            "inactive_file 5\ntotal_inactive_file " + std::to_string(10 * mib) + "\n");
  CHECK(look(root).total == 200 * mib);
  CHECK(look(root).available == 60 * mib);
}

TEST_CASE("processes that stall for memory are seen, of the machine and of a group") {
  const fake_root root;
  machine(root, 1000 * mib, 900 * mib);
  root.file("proc/pressure/memory", "some avg10=90.00 avg60=0\nfull avg10=9.90 avg60=99.00\n");
  CHECK_FALSE(look(root).stalls);
  root.file("proc/pressure/memory", "some avg10=90.00 avg60=0\nfull avg10=10.10 avg60=0.00\n");
  CHECK(look(root).stalls);
  root.file("proc/pressure/memory", "");
  root.file("proc/self/cgroup", "0::/\n");
  root.file("sys/fs/cgroup/memory.max", std::to_string(800 * mib));
  root.file("sys/fs/cgroup/memory.current", "0\n");
  root.file("sys/fs/cgroup/memory.pressure", "full avg10=55.00\n");
  CHECK(look(root).stalls);
}

TEST_CASE("no job starts while memory is short, and the machine is looked at now and then only") {
  const fake_root root;
  machine(root, 8000 * mib, 4000 * mib);
  memory_gate gate(3 * 1024 * mib, machine_memory(root.path()));
  CHECK(gate.lets_one_run());
  CHECK(gate.lets_start({}, at(0ms)));
  machine(root, 8000 * mib, 2151 * mib);
  CHECK(gate.lets_start({}, at(99ms)));
  CHECK_FALSE(gate.lets_start({}, at(100ms)));
  CHECK(gate.reason() == "memory (needs 3G, 2.1G free)");
  CHECK(gate.asks_again() == at(200ms));
  root.file("proc/pressure/memory", "full avg10=55.00\n");
  machine(root, 8000 * mib, 4000 * mib);
  CHECK_FALSE(gate.lets_start({}, at(200ms)));
  CHECK(gate.reason() == "memory pressure");
  root.file("proc/pressure/memory", "");
  CHECK(gate.lets_start({}, at(300ms)));
  root.file("proc/meminfo", "");  // what is not told holds nobody up
  CHECK(gate.lets_start({}, at(400ms)));
}

TEST_CASE("no job starts while pages go to swap and come back within a second") {
  const fake_root root;
  const auto swapped = [&](int in, int out) {
    root.file("proc/vmstat", "nr_free_pages 1\npswpin " + std::to_string(in) + "\npswpout " +
                                 std::to_string(out) + "\npgfault 9\n");
  };
  swapped(10, 20);
  swap_gate gate(root.path());
  CHECK(gate.lets_one_run());
  CHECK_FALSE(gate.lets_start({}, at(0ms)));  // nothing is known yet
  CHECK(gate.asks_again() == at(1000ms));
  swapped(11, 20);
  CHECK_FALSE(gate.lets_start({}, at(999ms)));
  CHECK(gate.lets_start({}, at(1000ms)));
  swapped(11, 21);
  CHECK(gate.lets_start({}, at(2000ms)));
  swapped(12, 22);
  CHECK_FALSE(gate.lets_start({}, at(3000ms)));
  CHECK(gate.reason() == "swapping");
  CHECK(gate.lets_start({}, at(4000ms)));
  root.file("proc/vmstat", "nr_free_pages 1\n");  // what is not told holds nobody up
  CHECK(gate.lets_start({}, at(5000ms)));
}

TEST_CASE("no job starts while the load is high, what was started since being counted") {
  const fake_root root;
  root.file("proc/loadavg", "1.50 0.10 0.10 1/80 1234\n");
  load_gate gate(3, root.path());
  CHECK(gate.lets_one_run());
  for (int i = 0; i < 2; ++i) {
    CHECK(gate.lets_start({}, at(0ms)));
    gate.started({}, at(0ms));
  }
  CHECK_FALSE(gate.lets_start({}, at(10ms)));
  CHECK(gate.reason() == "load (needs below 3, is 3.5)");
  CHECK(gate.asks_again() == at(500ms));
  CHECK(gate.lets_start({}, at(500ms)));
  // The average is late: four others run.
  root.file("proc/loadavg", "1.50 0.10 0.10 5/80 1234\n");
  CHECK_FALSE(gate.lets_start({}, at(1000ms)));
  root.file("proc/loadavg", "3.00 0.10 0.10 1/80 1234\n");
  CHECK_FALSE(gate.lets_start({}, at(1500ms)));
  root.file("proc/loadavg", "");
  CHECK(gate.lets_start({}, at(2000ms)));
}

TEST_CASE("jobs that have started and ended between two looks at the load do not add up") {
  const fake_root root;
  root.file("proc/loadavg", "1.50 0.10 0.10 1/80 1234\n");
  load_gate gate(3, root.path());
  for (int i = 0; i < 100; ++i) {
    CHECK(gate.lets_start({}, at(1ms)));
    gate.started({}, at(1ms));
    gate.ended({});
  }
  // One that was there before the look, and has ended since.
  gate.ended({});
  CHECK(gate.lets_start({}, at(2ms)));
}
