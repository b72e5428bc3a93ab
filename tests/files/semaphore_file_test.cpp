// Each object has an open file description of its own, as each process would.
#include "files/semaphore_file.hpp"

#include <chrono>

#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using namespace std::chrono_literals;
using weir::private_directory;
using weir::semaphore_file;

namespace {

constexpr auto at_once = 0s;

struct shared {
  test_space space;
  private_directory directory = private_directory::make(space.path("sem"));
  semaphore_file opened() const { return {directory, "id-x"}; }
};

/// Another process that does this and is then killed, with all it held.
template <typename Action>
void do_and_be_killed(const Action& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    action();
    ::raise(SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
}

}  // namespace

TEST_CASE("a semaphore lets so many in and no more") {
  const shared s;
  semaphore_file a = s.opened(), b = s.opened(), c = s.opened();
  CHECK(a.enter(2, at_once));
  CHECK(b.enter(2, at_once));
  CHECK_FALSE(c.enter(2, at_once));
  a.leave();
  CHECK(c.enter(2, at_once));
}

TEST_CASE("each counts all who are inside against its own limit") {
  const shared s;
  semaphore_file a = s.opened(), b = s.opened(), c = s.opened();
  CHECK(a.enter(3, at_once));
  CHECK(b.enter(3, at_once));
  a.leave();
  CHECK_FALSE(c.enter(1, at_once));
  CHECK(c.enter(2, at_once));
}

TEST_CASE("the slot of a process that is killed is free") {
  const shared s;
  do_and_be_killed([&] { s.opened().enter(1, at_once); });
  CHECK(s.opened().enter(1, at_once));
}

TEST_CASE("a slot is taken as long as a job has its descriptor") {
  const shared s;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    semaphore_file own = s.opened();
    own.enter(1, at_once);
    // The job lives until the pipe ends; who waits for it is killed.
    char end = 0;
    ::close(ends[1]);
    if (::fork() == 0) ::_exit(::read(ends[0], &end, 1) < 0);
    ::raise(SIGKILL);
  }
  ::waitpid(holder, nullptr, 0);
  CHECK_FALSE(s.opened().enter(1, at_once));
  ::close(ends[1]);
  ::close(ends[0]);
  CHECK(s.opened().enter(1, 10s));
}

TEST_CASE("who leaves gives the slot back whoever has the descriptor") {
  const shared s;
  semaphore_file own = s.opened();
  CHECK(own.enter(1, at_once));
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t daemon = ::fork();
  char end = 0;
  if (daemon == 0) {
    ::close(ends[1]);
    ::_exit(::read(ends[0], &end, 1) < 0);
  }
  own.leave();
  CHECK(s.opened().enter(1, at_once));
  ::close(ends[1]);
  ::close(ends[0]);
  ::waitpid(daemon, nullptr, 0);
}

TEST_CASE("who waits and is killed leaves no gap in the queue") {
  const shared s;
  semaphore_file inside = s.opened();
  CHECK(inside.enter(1, at_once));
  const pid_t waiting = ::fork();
  if (waiting == 0) ::_exit(s.opened().enter(1, {}) ? 0 : 1);
  ::kill(waiting, SIGKILL);
  ::waitpid(waiting, nullptr, 0);
  inside.leave();
  CHECK(s.opened().enter(1, at_once));
}

TEST_CASE("a slot can be taken beyond the limit and counts") {
  const shared s;
  semaphore_file a = s.opened(), b = s.opened(), c = s.opened();
  CHECK(a.enter(1, at_once));
  b.enter_at_once();
  a.leave();
  CHECK_FALSE(c.enter(1, at_once));
  CHECK(c.holders().size() == 1);
}

TEST_CASE("who holds a slot is told with what it said") {
  const shared s;
  semaphore_file a = s.opened();
  CHECK(s.opened().holders().empty());
  CHECK(a.enter(1, at_once));
  a.tell("42 1 sleep 3");
  const auto holders = s.opened().holders();
  REQUIRE(holders.size() == 1);
  CHECK(holders[0].slot == 0);
  CHECK(holders[0].text == "42 1 sleep 3");
}

TEST_CASE("waiting until it is empty takes no slot") {
  const shared s;
  semaphore_file a = s.opened();
  CHECK(a.enter(1, at_once));
  CHECK_FALSE(s.opened().wait_until_empty(at_once));
  a.leave();
  CHECK(s.opened().wait_until_empty(at_once));
  CHECK(a.enter(1, at_once));
}

TEST_CASE("a file that is a link is not opened as a semaphore") {
  const shared s;
  s.space.write("other", "text");
  REQUIRE(::symlink(s.space.path("other").c_str(), s.space.path("sem/id-x").c_str()) == 0);
  CHECK_THROWS(s.opened());
  CHECK(s.space.read("other") == "text");
}
