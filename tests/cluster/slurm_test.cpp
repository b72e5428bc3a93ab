#include "cluster/slurm.hpp"

#include "support/catch.hpp"

using namespace weir;
using names = std::vector<std::string>;

TEST_CASE("Slurm's lists of hosts are taken apart") {
  CHECK(expand_host_list("gpu") == names{"gpu"});
  CHECK(expand_host_list("a,b7") == names{"a", "b7"});
  CHECK(expand_host_list("node[1-3,07],gpu") == names{"node1", "node2", "node3", "node07", "gpu"});
  CHECK(expand_host_list("n[098-101]") == names{"n098", "n099", "n100", "n101"});
  CHECK(expand_host_list("r[0-1]n[1-2]-ib") == names{"r0n1-ib", "r0n2-ib", "r1n1-ib", "r1n2-ib"});
}

TEST_CASE("what is no list of hosts is refused, also one without an end") {
  for (const char* text : {"", "a,", "a[", "a[1", "a[x]", "a[3-1]", "a[]", "[", "a[1-]",
                           "a[0-99999999]", "a[0-999]b[0-999]"}) {
    INFO(text);
    CHECK(!expand_host_list(text));
  }
}

TEST_CASE("Slurm's lists of counts are taken apart") {
  CHECK(expand_counts("4") == std::vector<unsigned>{4});
  CHECK(expand_counts("4(x2),8") == std::vector<unsigned>{4, 4, 8});
  for (const char* text : {"", "x", "0", "4(x", "4(x2", "4(x0)", "4(x999999999)", "4,"}) {
    INFO(text);
    CHECK(!expand_counts(text));
  }
}

TEST_CASE("a worker has a step or a job of its own") {
  CHECK(step_on("42", {"node1", 8}, {"weir", "--worker"}) ==
        names{"srun", "--jobid=42", "--overlap", "--no-kill", "-N1", "-n1", "-w", "node1", "-c",
              "8", "--mem=0", "weir", "--worker"});
  CHECK(job_of_its_own("weir-7", 4, {"-t", "10"}, {"weir", "--worker"}) ==
        names{"srun", "-J", "weir-7", "-N1", "-n1", "-c4", "-t", "10", "weir", "--worker"});
}
