// Whose a process is, decided over tables that are written down here.
#include "process/process_owners.hpp"
#include "process/job_mark.hpp"
#include "support/catch.hpp"

#include <map>

using namespace weir;

namespace {

constexpr pid_t root = 100;
constexpr pid_t our_session = 50;
constexpr attempt_id job_1{1, 1};
constexpr attempt_id job_2{2, 1};

process_entry process(pid_t pid, pid_t parent, pid_t group, pid_t session = our_session,
                      std::uint64_t start = 1000) {
  return {pid, parent, group, session, 'S', start};
}

/// Two running jobs with the main processes 200 and 300, started at 1000 and 2000.
struct run {
  run() {
    owners.starts(200, job_1, 1000);
    owners.starts(300, job_2, 2000);
  }
  ownership of(const process_entry& one, std::vector<process_entry> others = {}) const {
    others.push_back(one);
    std::ranges::sort(others, {}, &process_entry::pid);
    return owners.of(one, others, nobody, reader());
  }
  ownership of_child(const process_entry& one) const { return owners.of_child(one, reader()); }
  void divide(std::vector<process_entry> table) { owners.divide(table, nobody, reader()); }
  /// As a look does with a new orphan.
  void see(const process_entry& one) {
    owners.add({one, of_child(one)});
    owners.looked();
  }
  process_owners::mark_reader reader() const {
    return [this](pid_t pid) {
      const auto at = marks.find(pid);
      if (pid == executing) return std::optional<attempt_id>();
      return std::optional(at == marks.end() ? attempt_id{} : at->second);
    };
  }
  static bool nobody(const process_entry&) { return false; }

  process_owners owners{root, our_session, fate::left};
  std::map<pid_t, attempt_id> marks;  ///< environments, by pid
  pid_t executing = 0;
};

}  // namespace

TEST_CASE("a process is its ancestor's, whatever group and session it has taken") {
  const run r;
  CHECK(r.of(process(200, root, 200)).job == job_1);
  CHECK(r.of(process(210, 200, 200), {process(200, root, 200)}).job == job_1);
  CHECK(r.of(process(211, 210, 211, 211), {process(210, 200, 200), process(200, root, 200)}).job ==
        job_1);
  CHECK(r.of(process(900, 1, 900)) == ownership{});
  CHECK(r.of(process(900, 850, 900), {process(850, 1, 850)}) == ownership{});
}

TEST_CASE("an orphan in the group or session of a main process is its job's") {
  run r;
  r.marks[210] = job_2;  // what an environment says is evidence of the last resort
  CHECK(r.of(process(210, root, 200)).job == job_1);
  CHECK(r.of(process(210, root, 210, 200)).job == job_1);
}

TEST_CASE("the session that jobs share with weir tells nothing") {
  run r;
  r.see(process(210, root, 200));
  CHECK(r.of(process(220, root, 220, our_session, 2500)) == ownership{});
}

TEST_CASE("an orphan that left everything is told by its environment") {
  run r;
  r.marks[400] = job_2;
  CHECK(r.of(process(400, root, 400, 400, 2500)) == ownership{job_2, fate::open});
  CHECK(r.of(process(401, 400, 401, 401, 2500), {process(400, root, 400, 400, 2500)}).job == job_2);
}

TEST_CASE("an orphan that executes a program at this moment is told by a later look") {
  run r;
  const auto orphan = process(400, root, 400, 400, 500);
  r.executing = 400;
  CHECK(r.of_child(orphan) == ownership{{}, fate::unclear});
  r.divide({orphan});
  r.executing = 0;
  r.marks[400] = job_2;
  CHECK(r.of_child(orphan) == ownership{job_2, fate::open});
}

TEST_CASE("an orphan in a known group is told by that while it executes a program") {
  run r;
  r.executing = 400;
  CHECK(r.of_child(process(400, root, 200)).job == job_1);
}

TEST_CASE("the environment of a job that has ended unnoticed tells what becomes of its processes") {
  run r;
  r.marks[400] = {7, 1};
  CHECK(r.of(process(400, root, 400, 400)) == ownership{{7, 1}, fate::left});
  process_owners strict(root, our_session, fate::ends);
  CHECK(strict.of_child(process(400, root, 400, 400), r.reader()).then == fate::ends);
}

TEST_CASE("an orphan that nothing tells is the job's that alone can have started it") {
  const run r;
  CHECK(r.of(process(400, root, 400, 400, 1500)).job == job_1);    // the other began later
  CHECK(r.of(process(400, root, 400, 400, 2500)) == ownership{});  // both can
}

TEST_CASE("an orphan that no job which runs can have started is of one that has ended") {
  const run r;
  CHECK(r.of(process(400, root, 400, 400, 900)) == ownership{{}, fate::left});
}

TEST_CASE("within a clock tick the numbers of processes tell who was first") {
  const run r;
  CHECK(r.of(process(250, root, 250, 250, 2000)).job == job_1);
  CHECK(r.of(process(301, root, 301, 301, 2000)) == ownership{});
}

TEST_CASE("an orphan that only jobs which may leave it can have started is left") {
  run r;
  r.owners.ends(200, fate::left);
  r.owners.ends(300, fate::left);
  CHECK(r.of_child(process(400, root, 400, 400, 2500)) == ownership{{}, fate::left});
}

TEST_CASE("what was seen keeps its owner when the job and all that told of it have gone") {
  run r;
  r.see(process(400, root, 400, 400, 1500));
  r.owners.ends(200, fate::left);
  r.owners.looked();
  CHECK(r.of(process(400, root, 400, 400, 1500)) == ownership{job_1, fate::left});
}

TEST_CASE("a pid that has come round is not what was seen") {
  run r;
  r.see(process(400, root, 400, 400, 1500));
  CHECK(r.of(process(400, root, 401, 401, 2500)) == ownership{});
}

TEST_CASE("an orphan in the group or session of one that was seen is the same job's") {
  run r;
  r.see(process(400, root, 400, 400, 1500));
  CHECK(r.of(process(500, root, 400, 400, 2500)).job == job_1);
  CHECK(r.of(process(501, root, 501, 400, 2500)).job == job_1);
  // Also when that one has gone since, until the next look.
  r.owners.reaped(400);
  CHECK(r.of(process(500, root, 400, 400, 2500)).job == job_1);
  r.owners.looked();
  CHECK(r.of(process(500, root, 400, 400, 2500)) == ownership{});
}

TEST_CASE("an orphan in the group or session that one took after it was seen is the same job's") {
  run r;
  r.marks[400] = job_1;
  r.see(process(400, root, 200));
  r.owners.ends(200, fate::ends);
  r.owners.ends(300, fate::left);
  r.owners.looked();
  CHECK(r.of(process(401, root, 400, 400, 2500)) == ownership{job_1, fate::ends});
  CHECK(r.of(process(402, root, 402, 400, 2500)) == ownership{job_1, fate::ends});
  CHECK(r.of(process(403, root, 403, 403, 2500)) == ownership{{}, fate::left});
}

TEST_CASE("a process that loses its parents while its job is being ended stays its job's") {
  run r;
  // An inner runner, and what it put into a session of its own, with variables of its own.
  r.divide({process(200, root, 200), process(210, 200, 200), process(220, 210, 220, 220, 2500),
            process(300, root, 300)});
  CHECK(r.of(process(220, root, 220, 220, 2500)).job == job_1);
  CHECK(r.of(process(230, root, 230, 220, 2600)).job == job_1);  // its child, after it has gone
}

TEST_CASE("the group of a main process that has just ended is still its job's") {
  run r;
  r.owners.ends(200, fate::ends);
  CHECK(r.of_child(process(210, root, 200, our_session, 2500)) == ownership{job_1, fate::ends});
}

TEST_CASE("a zombie belongs to nobody, and so does what is spared with its descendants") {
  run r;
  auto zombie = process(210, 200, 200);
  zombie.state = 'Z';
  const std::vector<process_entry> table{process(200, root, 200), zombie, process(220, 200, 220),
                                         process(221, 220, 220)};
  const auto& all = r.owners.divide(
      table, [](const process_entry& p) { return p.pid == 220; }, r.reader());
  REQUIRE(all.size() == 1);
  CHECK(all[0].second.pid == 200);
}

TEST_CASE("what waits for another process of the job comes before it, whatever their numbers") {
  run r;
  const auto parent = process(250, 200, 200, our_session, 1001);
  const auto child = process(10, 250, 10, our_session, 1002);
  const auto& all =
      r.owners.divide({child, process(200, root, 200), parent}, run::nobody, r.reader());
  REQUIRE(all.size() == 3);
  CHECK(all[0].second.pid == 200);
  CHECK(all[1].second.pid == 250);
  CHECK(all[2].second.pid == 10);
}

TEST_CASE("a table with a circle in it ends") {
  const run r;
  CHECK(r.of(process(400, 401, 400), {process(401, 400, 401)}) == ownership{});
}

TEST_CASE(
    "an environment names the job of the run that it was set by, also through other runners") {
  const run_mark run{"77", "weir-shield-a"};
  const auto mark = [&](std::string_view text) { return mark_in(text, run); };
  using namespace std::string_view_literals;
  CHECK(mark("PARALLEL_PID=77\0WEIR_SEQ=5\0WEIR_ATTEMPT=2\0"sv) == attempt_id{5, 2});
  CHECK(mark("PARALLEL_PID=78\0WEIR_SEQ=5\0WEIR_ATTEMPT=2\0"sv) == attempt_id{});
  // GNU parallel in a job.
  CHECK(mark("PARALLEL_PID=78\0WEIR_SEQ=5\0WEIR_ATTEMPT=2\0WEIR_SHIELD=weir-shield-a,b\0"sv) ==
        attempt_id{5, 2});
  // An inner weir.
  CHECK(mark("PARALLEL_PID=78\0WEIR_SEQ=9\0WEIR_ATTEMPT=1\0WEIR_SHIELD=c,weir-shield-a\0"
             "WEIR_AROUND=weir-shield-a:5:2 66:1:1\0"sv) == attempt_id{5, 2});
  CHECK(mark("PARALLEL_PID=78\0WEIR_SEQ=9\0WEIR_ATTEMPT=1\0WEIR_AROUND=66:1:1 77:5:2\0"sv) ==
        attempt_id{5, 2});
  CHECK(mark("PARALLEL_PID=77\0WEIR_SEQ=x\0WEIR_ATTEMPT=1\0"sv) == attempt_id{});
  CHECK(mark(""sv) == attempt_id{});
}

TEST_CASE("an environment tells a job from one of a run within it") {
  const run_mark run{"77", "weir-shield-a"};
  const auto marker = [&](std::string_view text) { return marker_in(text, run); };
  using namespace std::string_view_literals;
  CHECK(marker("PARALLEL_PID=77\0WEIR_SEQ=5\0WEIR_ATTEMPT=2\0"sv) == marked_by::this_run);
  CHECK(marker("PARALLEL_PID=78\0WEIR_SEQ=5\0WEIR_ATTEMPT=2\0WEIR_SHIELD=weir-shield-a\0"sv) ==
        marked_by::this_run);
  CHECK(marker("PARALLEL_PID=78\0WEIR_SEQ=9\0WEIR_ATTEMPT=1\0WEIR_AROUND=77:5:2\0"sv) ==
        marked_by::run_within);
  CHECK(marker("PARALLEL_PID=78\0WEIR_SEQ=9\0WEIR_ATTEMPT=1\0"sv) == marked_by::nobody);
  CHECK(marker(""sv) == marked_by::nobody);
}

TEST_CASE("an inner run keeps what the runs around it had set") {
  const char* none[] = {"PATH=/bin", nullptr};
  CHECK(marks_around(none).empty());
  const char* one[] = {"PARALLEL_PID=77", "WEIR_SEQ=5", "WEIR_ATTEMPT=2", nullptr};
  CHECK(marks_around(one) == "77:5:2");
  const char* two[] = {"PARALLEL_PID=78", "WEIR_SEQ=9",         "WEIR_ATTEMPT=1",
                       "WEIR_SHIELD=c,a", "WEIR_AROUND=77:5:2", nullptr};
  CHECK(marks_around(two) == "c:9:1 77:5:2");
}
