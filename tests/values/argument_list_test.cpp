#include "support/catch.hpp"

#include <weir/argument_list.hpp>
#include <weir/job_spec.hpp>

using namespace weir;

TEST_CASE("arguments come back as they went in, empty ones too") {
  const argument_list list{"echo", "", "a b", "\xff"};
  CHECK(list.size() == 4);
  CHECK(list.to_vector() == std::vector<std::string>{"echo", "", "a b", "\xff"});
  CHECK(list.at(2) == "a b");
}

TEST_CASE("pointers end with null, as execve wants them") {
  const argument_list list{"a", "b"};
  std::vector<const char*> argv;
  list.pointers(argv);
  REQUIRE(argv.size() == 3);
  CHECK(std::string(argv[1]) == "b");
  CHECK(argv[2] == nullptr);
}

TEST_CASE("a quoted command line can be pasted into a shell") {
  CHECK(shell_quote("plain-1.txt") == "plain-1.txt");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("it's") == "'it'\\''s'");
  CHECK(shell_quote(argument_list{"A=1", "x"}) == "'A=1' x");
  CHECK(shell_quote(argument_list{"echo", "A=1", "~"}) == "echo A=1 '~'");
  // zsh takes =ls for /usr/bin/ls.
  CHECK(shell_quote("=ls") == "'=ls'");
  CHECK(shell_quote("a==ls") == "a==ls");
  CHECK(shell_quote(argument_list{"time", "time", "%1"}) == "'time' time %1");
  CHECK(shell_quote(argument_list{"%1"}) == "'%1'");
}

TEST_CASE("the slot's number is put where the marks say") {
  job_spec job;
  job.argv = {"run", "s-", "--slot=/x"};
  job.slot_marks = {{1, 2}, {2, 7}};
  CHECK(with_slot(job, 12).to_vector() == std::vector<std::string>{"run", "s-12", "--slot=12/x"});
}
