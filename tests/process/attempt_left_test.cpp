// What an attempt does about processes that its job has left.
#include "attempt_machine_rig.hpp"

using namespace test;

TEST_CASE_METHOD(machine_fixture, "nor is it to what a job left, or to holders and shields") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  machine.postpone(3s);
  CHECK(machine.expired(at(4499ms)) == action::look_at_left);
  CHECK(machine.looked(true, start + 4499ms) == action::none);
  CHECK(machine.looked(true, start + 4500ms) == action::terminate_left);
  attempt_machine held{{10s, 2s, 60s}};
  held.started({});
  held.exited(with_output(1s));
  held.postpone(3s);
  CHECK(held.deadline() == start + 4500ms);
  attempt_machine shielded{{10s, 2s, 60s}};
  shielded.started({});
  shielded.end(ending::terminate, with_shields(1s));
  shielded.expired(with_shields(11s));
  shielded.postpone(3s);
  CHECK(shielded.deadline() == start + 64s);
}

TEST_CASE_METHOD(machine_fixture, "what a job may not leave has half a second to end by itself") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  CHECK_FALSE(is_over());
  CHECK(machine.deadline() == start + 1020ms);
  CHECK(machine.expired(at(1020ms)) == action::look_at_left);
  CHECK(machine.looked(true, start + 1020ms) == action::none);
  CHECK(machine.deadline() == start + 1040ms);
  CHECK(machine.expired(at(1040ms)) == action::look_at_left);
  CHECK(machine.looked(false, start + 1040ms) == action::none);
  CHECK_FALSE(machine.deadline());
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture, "what a job may not leave gets TERM, KILL, and is given up") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  CHECK(machine.expired(at(1500ms)) == action::look_at_left);
  CHECK(machine.looked(true, start + 1500ms) == action::terminate_left);
  CHECK(machine.state() == state::ending_left);
  CHECK(machine.deadline() == start + 11500ms);
  CHECK_FALSE(is_over());
  CHECK(machine.expired(at(11500ms)) == action::kill_left);
  CHECK(machine.deadline() == start + 13500ms);
  CHECK(machine.expired(at(13500ms)) == action::give_up_left);
  CHECK(is_over());
  CHECK(machine.ended_by() == attempt_end::itself);
}

TEST_CASE_METHOD(machine_fixture, "what a job left and has gone is not waited for") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  machine.looked(true, start + 1500ms);
  CHECK(machine.tree_gone(at(2s)) == action::none);
  CHECK_FALSE(machine.deadline());
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture, "an end does not wait for what a job left to end by itself") {
  run();
  machine.exited(with_output(1s));
  machine.leaves_some(start + 1s);
  const bool kill = GENERATE(false, true);
  CHECK(machine.end(kill ? ending::kill : ending::terminate, with_output(1100ms)) ==
        (kill ? action::kill_left_at_once : action::terminate_left));
  CHECK(machine.state() == (kill ? state::killing_left : state::ending_left));
  CHECK(machine.expired(with_output(1100ms)) == action::let_go_of_output);
  CHECK_FALSE(is_over());
}

TEST_CASE_METHOD(machine_fixture,
                 "what a job left and is being ended is killed when the end is insisted on") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  machine.looked(true, start + 1500ms);
  CHECK(machine.end(ending::terminate, at(2s)) == action::none);
  CHECK(machine.end(ending::kill, at(3s)) == action::kill_left);
  CHECK(machine.end(ending::kill, at(4s)) == action::none);
  CHECK(machine.expired(at(4s)) == action::let_go_of_output);
  CHECK(machine.deadline() == start + 5s);
}

TEST_CASE_METHOD(machine_fixture, "what a job left is not given up before its shields have gone") {
  run();
  machine.exited(with_shields(1s));
  machine.leaves_some(start + 1s);
  machine.end(ending::terminate, with_shields(2s));
  machine.expired(with_shields(12s));
  CHECK(machine.expired(with_shields(14s)) == action::none);
  CHECK(machine.state() == state::killing_left);
  CHECK(machine.deadline() == start + 62s);
  CHECK_FALSE(is_over(false, true));
}

TEST_CASE_METHOD(machine_fixture, "a group that outlives its leader is killed after the grace") {
  run();
  machine.end(ending::terminate, at(1s));
  machine.tree_gone(at(2s));
  machine.group_stays(start + 2s);
  CHECK_FALSE(is_over());
  CHECK(machine.deadline() == start + 12s);
  CHECK(machine.expired(at(12s)) == action::kill_left);
  machine.tree_gone(at(13s));
  CHECK(is_over());
  CHECK(machine.ended_by() == attempt_end::request);
}

TEST_CASE_METHOD(machine_fixture, "the first of its deadlines is the one to wake up for") {
  run();
  machine.exited(with_output(1s));
  machine.leaves_some(start + 1s);
  CHECK(machine.deadline() == start + 1020ms);  // a look, before what holds the output
  machine.end(ending::terminate, with_output(1010ms));
  CHECK(machine.deadline() == start + 1010ms);  // the output, before the grace
  CHECK(machine.expired(with_output(1010ms)) == action::let_go_of_output);
  CHECK(machine.deadline() == start + 11010ms);
}

TEST_CASE_METHOD(machine_fixture, "a look that comes after the end was asked for changes nothing") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  machine.end(ending::kill, at(1100ms));
  CHECK(machine.looked(false, start + 1100ms) == action::none);
  CHECK(machine.state() == state::killing_left);
}

TEST_CASE_METHOD(machine_fixture, "a tree that goes by itself has its end when it is looked at") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  CHECK(machine.tree_gone(at(1010ms)) == action::none);
  CHECK(machine.state() == state::leaving);
  machine.looked(false, start + 1020ms);
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture, "what a job left goes while it is killed") {
  run();
  machine.exited(at(1s));
  machine.leaves_some(start + 1s);
  machine.end(ending::kill, at(1100ms));
  CHECK(machine.tree_gone(at(1200ms)) == action::none);
  CHECK(is_over());
}
