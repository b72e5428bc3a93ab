#include "attempt_machine_rig.hpp"

using namespace test;

TEST_CASE_METHOD(machine_fixture,
                 "a process that ends by itself and holds nothing is over at once") {
  run();
  CHECK(machine.has_process());
  CHECK_FALSE(is_over());
  CHECK(machine.exited(at(1s)) == action::none);
  CHECK_FALSE(machine.has_process());
  CHECK_FALSE(machine.deadline());
  CHECK(is_over());
  CHECK(machine.ended_by() == attempt_end::itself);
}

TEST_CASE_METHOD(machine_fixture, "output that a descendant holds is waited for half a second") {
  run();
  CHECK(machine.exited(with_output(1s)) == action::wait_for_holders);
  CHECK_FALSE(is_over(true));
  CHECK(machine.deadline() == start + 1500ms);
  CHECK(machine.expired(with_output(1499ms)) == action::none);
  CHECK(machine.expired(with_output(1500ms)) == action::let_go_of_output);
  CHECK_FALSE(machine.deadline());
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture, "output that ends by itself is not waited for any longer") {
  run();
  machine.exited(with_output(1s));
  CHECK(is_over());
  CHECK_FALSE(machine.deadline());
}

TEST_CASE_METHOD(machine_fixture,
                 "what is shielded is waited for as long as it takes, then its output") {
  run();
  CHECK(machine.exited({start + 1s, true, true}) == action::none);
  CHECK_FALSE(is_over(true, true));
  CHECK_FALSE(is_over(false, true));
  CHECK_FALSE(machine.deadline());
  CHECK(machine.shields_gone(with_output(1h), false) == action::wait_for_holders);
  CHECK(machine.deadline() == start + 1h + 500ms);
  CHECK(machine.expired(with_output(1h + 500ms)) == action::let_go_of_output);
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture,
                 "the last shield of an attempt that holds nothing else is its end") {
  run();
  machine.exited(with_shields(1s));
  CHECK(machine.shields_gone(at(2s), false) == action::none);
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture, "a shield that was granted meanwhile keeps the output open") {
  run();
  machine.exited(with_output(1s));
  CHECK(machine.expired({start + 2s, true, true}) == action::none);
  CHECK_FALSE(is_over(true, true));
}

TEST_CASE_METHOD(machine_fixture,
                 "TERM comes first, KILL after the grace, and then no end is promised") {
  run();
  CHECK(machine.end(ending::terminate, at(1s)) == action::terminate);
  CHECK(machine.state() == state::terminating);
  CHECK(machine.has_process());
  CHECK(machine.deadline() == start + 11s);
  CHECK(machine.expired(at(10s)) == action::none);
  CHECK(machine.expired(at(11s)) == action::kill);
  CHECK(machine.state() == state::killing);
  // The run gives up, not the job.
  CHECK_FALSE(machine.deadline());
  CHECK_FALSE(is_over());
  CHECK(machine.tree_gone(at(12s)) == action::none);
  CHECK(is_over());
  CHECK(machine.ended_by() == attempt_end::request);
}

TEST_CASE_METHOD(machine_fixture, "an end is asked for once, a kill once more") {
  run();
  CHECK(machine.end(ending::terminate, at(1s)) == action::terminate);
  CHECK(machine.end(ending::terminate, at(2s)) == action::none);
  CHECK(machine.deadline() == start + 11s);
  CHECK(machine.end(ending::kill, at(3s)) == action::kill);
  CHECK(machine.end(ending::kill, at(4s)) == action::none);
  CHECK(machine.end(ending::terminate, at(5s)) == action::none);
  CHECK(machine.state() == state::killing);
}

TEST_CASE_METHOD(machine_fixture, "a tree that has gone may leave its output held") {
  run();
  machine.end(ending::terminate, with_output(1s));
  CHECK(machine.tree_gone(with_output(2s)) == action::wait_for_holders);
  CHECK(machine.end_asked());
  CHECK(machine.expired(with_output(2500ms)) == action::let_go_of_output);
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture, "whoever asks for the end waits for no holder") {
  run();
  machine.exited(with_output(1s));
  CHECK(machine.end(ending::terminate, with_output(1100ms)) == action::none);
  CHECK(machine.expired(with_output(1100ms)) == action::let_go_of_output);
  CHECK(is_over());
  CHECK(machine.ended_by() == attempt_end::itself);
}

TEST_CASE_METHOD(machine_fixture, "a job over its time gets TERM, KILL, and is given up") {
  run(5s);
  CHECK(machine.deadline() == start + 5s);
  CHECK(machine.expired(at(4999ms)) == action::none);
  CHECK(machine.expired(at(5s)) == action::terminate);
  CHECK(machine.ended_by() == attempt_end::timeout);
  CHECK(machine.end_asked());
  CHECK(machine.expired(at(15s)) == action::kill);
  CHECK(machine.deadline() == start + 17s);
  CHECK(machine.expired(at(17s)) == action::give_up);
  CHECK(is_over(true));
  CHECK(machine.ended_by() == attempt_end::timeout);
  CHECK_FALSE(machine.has_process());
}

TEST_CASE_METHOD(machine_fixture, "a job over its time that dies of KILL is not given up") {
  run(5s);
  machine.expired(at(5s));
  machine.expired(at(15s));
  CHECK(machine.tree_gone(at(16s)) == action::none);
  CHECK(is_over());
  CHECK_FALSE(machine.deadline());
}

TEST_CASE_METHOD(machine_fixture, "a job that a run goes on without is given up as well") {
  run();
  machine.ends_alone();
  CHECK(machine.end(ending::terminate, at(1s)) == action::terminate);
  CHECK(machine.expired(at(11s)) == action::kill);
  CHECK(machine.deadline() == start + 13s);
  CHECK(machine.expired(at(13s)) == action::give_up);
  CHECK(is_over(true));
  CHECK(machine.ended_by() == attempt_end::request);
}

TEST_CASE_METHOD(machine_fixture, "a limit counts for what runs, also one that is set meanwhile") {
  run(5s);
  machine.limit(start + 1s);
  CHECK(machine.deadline() == start + 1s);
  machine.exited(at(500ms));
  CHECK_FALSE(machine.deadline());
  machine.limit(start + 2s);
  CHECK_FALSE(machine.deadline());
}

TEST_CASE_METHOD(machine_fixture, "time in which it stands still is charged to no deadline") {
  run(5s);
  machine.postpone(3s);
  CHECK(machine.deadline() == start + 8s);
  CHECK(machine.expired(at(7s)) == action::none);
  CHECK(machine.expired(at(8s)) == action::terminate);
}

TEST_CASE_METHOD(machine_fixture, "a job that is being ended has no limit any more") {
  run(5s);
  machine.end(ending::terminate, at(1s));
  machine.limit(start + 2s);
  CHECK(machine.deadline() == start + 11s);
  CHECK(machine.ended_by() == attempt_end::request);
}

TEST_CASE_METHOD(machine_fixture, "what is shielded is ended after its own time") {
  run();
  CHECK(machine.end(ending::terminate, with_shields(1s)) == action::terminate);
  CHECK(machine.expired(with_shields(11s)) == action::kill);
  CHECK(machine.deadline() == start + 61s);
  CHECK(machine.expired(with_shields(61s)) == action::end_shields);
  CHECK_FALSE(machine.deadline());
}

TEST_CASE_METHOD(machine_fixture, "what waited for the last shield gets the grace once more") {
  run();
  machine.end(ending::terminate, with_shields(1s));
  machine.expired(with_shields(11s));
  CHECK(machine.shields_gone(at(55s), false) == action::relent);
  CHECK(machine.state() == state::terminating);
  CHECK(machine.deadline() == start + 65s);
  CHECK(machine.expired(at(65s)) == action::kill);
}

TEST_CASE_METHOD(machine_fixture, "where shields are killed, what waited for them is, too") {
  run();
  machine.end(ending::kill, with_shields(1s));
  CHECK(machine.shields_gone(at(2s), true) == action::hurry);
  CHECK(machine.state() == state::killing);
}

TEST_CASE_METHOD(machine_fixture,
                 "the last shield of a tree with TERM is told, and of one that runs not") {
  run();
  CHECK(machine.shields_gone(at(1s), false) == action::none);
  machine.end(ending::terminate, with_shields(2s));
  CHECK(machine.shields_gone(at(3s), false) == action::hurry);
}

TEST_CASE_METHOD(
    machine_fixture,
    "what waited for a shield gets the whole grace, even where its end is heard late") {
  run();
  machine.end(ending::terminate, with_shields(2s));
  SECTION("it ends before the grace is over") {
    machine.shields_gone(at(11s), false);
    CHECK(machine.expired(at(13s)) == action::none);
    CHECK(machine.deadline() == start + 21s);
  }
  SECTION("it ends later, but both are noticed at once") {
    machine.shields_gone(at(15s), false);
    CHECK(machine.deadline() == start + 25s);
  }
  SECTION("except where shields are killed") {
    machine.shields_gone(at(11s), true);
    CHECK(machine.deadline() == start + 12s);
  }
}

TEST_CASE_METHOD(machine_fixture,
                 "a job over its time is not given up before its shields have gone") {
  run(5s);
  machine.expired(with_shields(5s));
  CHECK(machine.expired(with_shields(15s)) == action::kill);
  CHECK(machine.deadline() == start + 65s);
  CHECK(machine.shields_gone(at(20s), false) == action::relent);
  CHECK(machine.expired(at(30s)) == action::kill);
  CHECK(machine.expired(at(32s)) == action::give_up);
}

TEST_CASE_METHOD(machine_fixture,
                 "an end that finds only shields waits for them, and for no holder then") {
  run();
  machine.exited({start + 1s, true, true});
  CHECK(machine.end(ending::terminate, {start + 2s, true, true}) == action::none);
  CHECK(machine.deadline() == start + 62s);
  CHECK(machine.shields_gone(with_output(3s), false) == action::let_go_of_output);
  CHECK(is_over());
}

TEST_CASE_METHOD(machine_fixture, "an end that is asked for before there is a process is the end") {
  if (GENERATE(false, true)) machine.no_room();
  CHECK(machine.end(ending::terminate, at(1s)) == action::none);
  CHECK(machine.state() == state::over);
  CHECK(machine.ended_by() == attempt_end::dropped);
}

TEST_CASE_METHOD(machine_fixture, "what waited for room starts, or never runs") {
  machine.no_room();
  CHECK_FALSE(is_over());
  machine.start_again();
  if (GENERATE(false, true)) {
    run();
    CHECK(machine.state() == state::running);
  } else {
    machine.never_ran();
    CHECK(is_over());
    CHECK(machine.ended_by() == attempt_end::open);
  }
}

TEST_CASE_METHOD(machine_fixture,
                 "an attempt whose program was not executed starts again, in full") {
  run(5s);
  machine.exited(at(1ms));
  CHECK(is_over());
  machine.start_again();
  CHECK(machine.ended_by() == attempt_end::open);
  machine.started(start + 6s);
  CHECK(machine.deadline() == start + 6s);
  CHECK(machine.expired(at(6s)) == action::terminate);
}

TEST_CASE_METHOD(machine_fixture, "an attempt that was abandoned does nothing any more") {
  run(5s);
  machine.end(ending::kill, with_shields(1s));
  machine.abandoned();
  CHECK_FALSE(machine.deadline());
  CHECK_FALSE(machine.has_process());
  CHECK(machine.end(ending::kill, at(2s)) == action::none);
  CHECK(machine.expired(at(1h)) == action::none);
}

TEST_CASE_METHOD(machine_fixture, "shields have their time from the first end that is asked for") {
  run();
  machine.end(ending::terminate, with_shields(1s));
  machine.expired(with_shields(11s));
  machine.end(ending::terminate, with_shields(15s));
  CHECK(machine.deadline() == start + 61s);
}

TEST_CASE_METHOD(machine_fixture, "shields have no time once KILL is asked for") {
  run();
  machine.ends_alone();
  machine.end(ending::terminate, with_shields(1s));
  // By then the rest has been killed, but not what waits for a shield.
  if (GENERATE(false, true)) machine.expired(with_shields(11s));
  CHECK(machine.end(ending::kill, with_shields(12s)) == action::kill);
  CHECK(machine.deadline() == start + 14s);
  CHECK(machine.expired(with_shields(14s)) == action::give_up);
}

TEST_CASE_METHOD(machine_fixture, "what waited for shields that were killed is given up in time") {
  run(5s);
  machine.expired(with_shields(5s));
  machine.expired(with_shields(15s));
  machine.expired(with_shields(65s));
  CHECK(machine.shields_gone(at(75s), true) == action::hurry);
  CHECK(machine.state() == state::killing);
  CHECK(machine.expired(at(77s)) == action::give_up);
}
