#include "batch/needs.hpp"

#include "support/catch.hpp"

using namespace weir;

namespace {

using step = needs_graph::step;
using needs = std::vector<need>;

}  // namespace

TEST_CASE("a job without needs is ready at once, one with needs when the last of them succeeds") {
  needs_graph g;
  CHECK(g.add(1, "a", needs{}) == step{{1}, {}});
  CHECK(g.add(2, "b", needs{}) == step{{2}, {}});
  CHECK(g.add(3, "c", needs{{1}, {2}}) == step{});
  CHECK(g.ended(1, verdict::succeeded) == step{});
  CHECK(g.ended(2, verdict::succeeded) == step{{3}, {}});
}

TEST_CASE("a need that has already succeeded does not hold a job back") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.ended(1, verdict::succeeded);
  CHECK(g.add(2, "b", needs{{1}}) == step{{2}, {}});
}

TEST_CASE("a failure skips all that depends on it, with the reason") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "b", needs{{1}});
  g.add(3, "c", needs{{2}});
  CHECK(g.ended(1, verdict::failed) ==
        step{{}, {{2, "needs a, which failed"}, {3, "needs b, which was skipped"}}});
  CHECK(g.add(4, "d", needs{{3}}) == step{{}, {{4, "needs c, which was skipped"}}});
}

TEST_CASE("what runs on a failure is ready after one and skipped after a success") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "clean", needs{{1, need_on::failure}});
  CHECK(g.ended(1, verdict::failed) == step{{2}, {}});
  needs_graph h;
  h.add(1, "a", needs{});
  h.add(2, "clean", needs{{1, need_on::failure}});
  CHECK(h.ended(1, verdict::succeeded) ==
        step{{}, {{2, "needs the failure of a, which succeeded"}}});
  CHECK(h.add(3, "late", needs{{1, need_on::failure}}) ==
        step{{}, {{3, "needs the failure of an earlier job, which succeeded"}}});
}

TEST_CASE("what runs always is ready after a skip too") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "b", needs{{1}});
  g.add(3, "log", needs{{2, need_on::always}});
  CHECK(g.ended(1, verdict::failed) == step{{3}, {{2, "needs a, which failed"}}});
}

TEST_CASE("a skipped job meets neither success nor failure") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "b", needs{{1}});
  g.add(3, "c", needs{{1, need_on::failure}});
  CHECK(g.ended(1, verdict::skipped).skipped.size() == 2);
}

TEST_CASE("a failure that is allowed meets both success and failure") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "b", needs{{1}});
  g.add(3, "c", needs{{1, need_on::failure}});
  CHECK(g.ended(1, verdict::failed, true) == step{{2, 3}, {}});
}

TEST_CASE("a job is skipped by its first unmet need, and the others change nothing more") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "b", needs{});
  g.add(3, "", needs{{1}, {2}});
  CHECK(g.ended(1, verdict::failed).skipped.size() == 1);
  CHECK(g.ended(2, verdict::failed) == step{});
}

TEST_CASE("a job that a halt ended has not succeeded: there may be something to roll back") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "b", needs{{1}});
  g.add(3, "undo", needs{{1, need_on::failure}});
  CHECK(g.ended(1, verdict::cancelled) == step{{3}, {{2, "needs a, which was cancelled"}}});
}

TEST_CASE("the end of a job that is not known, or was skipped, changes nothing") {
  needs_graph g;
  CHECK(g.add(1, "", needs{}) == step{{1}, {}});
  CHECK(g.ended(1, verdict::failed) == step{});
  CHECK(g.ended(2, verdict::succeeded) == step{});
  g.add(3, "a", needs{});
  g.ended(3, verdict::failed);
  g.add(4, "b", needs{{3}});
  g.add(5, "c", needs{{4, need_on::always}});
  CHECK(g.ended(4, verdict::succeeded) == step{});
  CHECK(g.add(6, "d", needs{{4}}) == step{{}, {{6, "needs b, which was skipped"}}});
}

TEST_CASE("a job that ends before what it needs is not in the way of the others") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "", needs{{1}});
  g.add(3, "", needs{{1}});
  CHECK(g.ended(2, verdict::not_started) == step{});
  CHECK(g.ended(1, verdict::succeeded) == step{{3}, {}});
}

TEST_CASE("a job that a halt kept from starting counts as skipped") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "b", needs{{1}});
  g.add(3, "undo", needs{{1, need_on::failure}});
  g.add(4, "log", needs{{2, need_on::always}});
  CHECK(g.ended(2, verdict::not_started) == step{{4}, {}});
  CHECK(g.ended(1, verdict::not_started) ==
        step{{}, {{3, "needs the failure of a, which was not started"}}});
}

TEST_CASE("of a choice one need has to be met, and all have to have ended") {
  const auto with = [](need_on on, verdict first, verdict second) {
    needs_graph g;
    g.add(1, "a", needs{});
    g.add(2, "b", needs{});
    g.add(3, "late", needs{{1, on, 7}, {2, on, 7}});
    CHECK(g.ended(1, first) == step{});
    return g.ended(2, second);
  };
  const auto good = verdict::succeeded;
  const auto bad = verdict::failed;
  CHECK(with(need_on::failure, bad, good) == step{{3}, {}});
  CHECK(with(need_on::failure, good, bad) == step{{3}, {}});
  CHECK(with(need_on::failure, good, good) ==
        step{{}, {{3, "needs the failure of one of 2 jobs, none of which failed"}}});
  CHECK(with(need_on::success, bad, good) == step{{3}, {}});
  CHECK(with(need_on::success, bad, bad) ==
        step{{}, {{3, "needs one of 2 jobs, none of which succeeded"}}});
  needs_graph g;
  g.add(1, "a", needs{});
  g.ended(1, bad);
  CHECK(g.add(2, "b", needs{{1, need_on::failure, 1}}) == step{{2}, {}});
}

// Seed 777539721: what followed a roll back that had succeeded counted as an ordinary job, unless
// it had been read before that: its failure after a halt did not show in the exit status.
TEST_CASE("what needs a job that follows up does so, too, also when that has succeeded") {
  needs_graph g;
  g.add(1, "deploy", needs{});
  g.add(2, "roll back", needs{{1, need_on::failure}});
  g.ended(1, verdict::failed);
  g.ended(2, verdict::succeeded);
  CHECK(g.add(3, "report", needs{{2}}) == step{{3}, {}});
  CHECK(g.follows_up(3));
}

TEST_CASE("a job follows up by a need on failure or always, or if all that it needs does") {
  needs_graph g;
  g.add(1, "a", needs{});
  g.add(2, "undo", needs{{1, need_on::failure}});
  g.add(3, "told", needs{{2}});
  g.add(4, "log", needs{{1}, {2, need_on::always}});
  g.add(5, "mixed", needs{{1}, {2}});
  g.add(6, "plain", needs{{1}});
  CHECK_FALSE(g.follows_up(1));
  CHECK(g.follows_up(2));
  CHECK(g.follows_up(3));
  CHECK(g.follows_up(4));
  CHECK_FALSE(g.follows_up(5));
  CHECK_FALSE(g.follows_up(6));
}

TEST_CASE("a skip that goes down a long chain overflows no stack") {
  needs_graph g;
  g.add(1, "1", needs{});
  for (std::uint64_t seq = 2; seq <= 200'000; ++seq)
    g.add(seq, std::to_string(seq), needs{{seq - 1}});
  CHECK(g.ended(1, verdict::failed).skipped.size() == 199'999);
}

TEST_CASE("as many failures are remembered as asked for, and older ones count as successes") {
  needs_graph g(2);
  for (std::uint64_t seq = 1; seq <= 2; ++seq) {
    g.add(seq, "a" + std::to_string(seq), needs{});
    g.ended(seq, verdict::failed);
  }
  CHECK(g.add(10, "", needs{{1}}) == step{{}, {{10, "needs a1, which failed"}}});
  g.add(3, "a3", needs{});
  g.ended(3, verdict::failed);
  CHECK(g.add(11, "", needs{{1}}) == step{{11}, {}});
  CHECK(g.add(12, "", needs{{2}}) == step{{}, {{12, "needs a2, which failed"}}});
}
