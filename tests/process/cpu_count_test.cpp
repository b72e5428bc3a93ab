#include "process/cpu_count.hpp"

#include <sched.h>
#include <unistd.h>

#include "support/catch.hpp"

#include "fake_root.hpp"

using namespace weir;
using test::fake_root;

namespace {

std::optional<double> cpus(const fake_root& root) {
  return cgroup_cpus(root.path());
}

}  // namespace

TEST_CASE("without control groups there is no quota") {
  const fake_root root;
  CHECK_FALSE(cpus(root));
  root.file("proc/self/cgroup", "0::/\n");
  CHECK_FALSE(cpus(root));
}

TEST_CASE("the smallest quota of a version 2 group and those above it counts") {
  const fake_root root;
  root.file("proc/self/cgroup", "0::/a/b\n");
  root.file("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  CHECK_FALSE(cpus(root));
  root.file("sys/fs/cgroup/a/cpu.max", "150000 100000\n");
  CHECK(cpus(root) == 1.5);
  root.file("sys/fs/cgroup/a/b/cpu.max", "400000 100000\n");
  CHECK(cpus(root) == 1.5);
  root.file("sys/fs/cgroup/cpu.max", "50000 100000\n");
  CHECK(cpus(root) == 0.5);
}

TEST_CASE("a version 1 quota counts, -1 is none") {
  const fake_root root;
  root.file("proc/self/cgroup", "5:memory:/x\n4:cpu,cpuacct:/docker/1\n1:cpuset:/\n");
  root.file("sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "-1\n");
  root.file("sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us", "100000\n");
  CHECK_FALSE(cpus(root));
  root.file("sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "250000\n");
  CHECK(cpus(root) == 2.5);
}

TEST_CASE("in a container the path may be the host's, and the mount is the group") {
  const fake_root root;
  root.file("proc/self/cgroup", "4:cpu:/docker/not/here\n");
  root.file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
  root.file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  CHECK(cpus(root) == 3.0);
}

TEST_CASE("a controller is known by its whole name") {
  const fake_root root;
  root.file("proc/self/cgroup", "4:cpuset,cpuacct:/\n");
  root.file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
  root.file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  CHECK_FALSE(cpus(root));
}

TEST_CASE("nonsense in these files is no quota") {
  const fake_root root;
  root.file("proc/self/cgroup", "\nx\n0:\n0::/a\n");
  root.file("sys/fs/cgroup/a/cpu.max", "0 0\n");
  root.file("sys/fs/cgroup/cpu.max", "many\n");
  CHECK_FALSE(cpus(root));
}

TEST_CASE("affinity bounds the count") {
  cpu_set_t before;
  REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  const unsigned bound = cpu_count();
  ::sched_setaffinity(0, sizeof before, &before);
  CHECK(bound == 1);
  CHECK(cpus_by_affinity() == static_cast<unsigned>(CPU_COUNT(&before)));
}
