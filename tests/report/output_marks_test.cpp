#include <map>

#include "output_rig.hpp"
#include "report/ci_groups.hpp"
#include "report/output.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"

using namespace weir;
using ::test::run_ready;
using weir::test::err;
using weir::test::out;

namespace {

/// <7 made> ... </7> for a job that passed, (7 made) ... without an end for another.
class sample_marks final : public group_marks {
 public:
  group_frame around(const output_group& g) const override {
    const std::string name =
        std::to_string(g.seq) + ' ' + std::string(g.title) + (g.only_stderr ? " err" : "");
    CHECK(g.from <= g.to);
    if (g.judged != verdict::succeeded) return {'(' + name + ")\n", ""};
    return {'<' + name + ">\n", "</" + std::to_string(g.seq) + ">\n"};
  }
};

struct rig {
  ::test::owned_fd out_file = ::test::make_file();
  ::test::owned_fd err_file = ::test::make_file();
  boost::asio::io_context loop;
  spool_space space;
  writer to_out{loop.get_executor(), out_file.value(), "stdout"};
  writer to_err{loop.get_executor(), err_file.value(), "stderr"};
  sample_marks marks;
  output router;
  std::map<std::uint64_t, output_sink*> sinks;

  explicit rig(output_options options, bool one_place = true, spool_limits limits = {})
      : space(temporary_directory(), limits),
        router(to_out, one_place ? to_out : to_err, space, options) {
    router.mark_groups(marks);
  }

  void open(std::uint64_t seq, std::string name = "made", job_settings settings = {}) {
    job_spec job;
    job.seq = seq;
    job.name = std::move(name);
    job.settings = std::make_shared<const job_settings>(std::move(settings));
    sinks[seq] = router.open(job, 1);
  }
  void write(std::uint64_t seq, output_stream which, std::string_view bytes) {
    sinks.at(seq)->write(which, {bytes.data(), bytes.size()});
  }
  std::string close(std::uint64_t seq, verdict judged = verdict::succeeded) {
    return router.close(*sinks.at(seq), judged, true);
  }
  std::string printed() {
    run_ready(loop);
    return ::test::contents(out_file);
  }
  std::string printed_err() {
    run_ready(loop);
    return ::test::contents(err_file);
  }
};

}  // namespace

TEST_CASE("a mark stands before and behind the output of a job, on lines of its own") {
  rig r({});
  r.open(1);
  r.write(1, out, "a");
  r.write(1, err, "b");
  CHECK(r.close(1) == "b\n");
  CHECK(r.printed() == "<1 made>\na\nb\n</1>\n");
}

TEST_CASE("a mark knows how the job ended") {
  rig r({});
  r.open(1);
  r.write(1, err, "b\n");
  r.close(1, verdict::failed);
  CHECK(r.printed() == "(1 made)\nb\n");
}

TEST_CASE("a job that wrote nothing has no mark") {
  rig r({});
  r.open(1);
  r.close(1, verdict::failed);
  CHECK(r.printed().empty());
}

TEST_CASE("streams that lead apart are marked each where they lead") {
  rig r({}, false);
  r.open(1);
  r.write(1, out, "a\n");
  r.write(1, err, "b\n");
  r.close(1);
  r.open(2);
  r.write(2, out, "c\n");
  r.close(2);
  CHECK(r.printed() == "<1 made>\na\n</1>\n<2 made>\nc\n</2>\n");
  CHECK(r.printed_err() == "<1 made err>\nb\n</1>\n");
}

TEST_CASE("nothing is live where groups are marked: alone, first in order, or next in order") {
  rig alone({.live = true});
  alone.open(1);
  alone.write(1, out, "a\n");
  CHECK(alone.printed().empty());
  alone.close(1);
  CHECK(alone.printed() == "<1 made>\na\n</1>\n");
  rig r({.keep_order = true});
  r.open(1);
  r.open(2);
  r.write(1, out, "a\n");
  r.write(2, out, "b\n");
  CHECK(r.printed().empty());
  r.close(1, verdict::failed);
  CHECK(r.printed() == "(1 made)\na\n");
  r.close(2);
  CHECK(r.printed() == "(1 made)\na\n<2 made>\nb\n</2>\n");
}

TEST_CASE("marks wait with what they stand around, in memory or stored") {
  spool_limits small;
  small.finished = 2048;
  rig r({.keep_order = true}, true, small);
  r.open(1);
  std::string expected = "<1 made>\nfirst\n</1>\n";
  for (unsigned seq = 2; seq <= 20; ++seq) {
    r.open(seq);
    r.write(seq, out, "out\n");
    r.write(seq, err, "err\n");
    r.close(seq);
    expected += "<" + std::to_string(seq) + " made>\nout\nerr\n</" + std::to_string(seq) + ">\n";
  }
  CHECK(r.printed().empty());
  r.write(1, out, "first\n");
  r.close(1);
  CHECK(r.printed() == expected);
}

TEST_CASE("lines as they come are never marked") {
  rig r({});
  job_settings by_line;
  by_line.output = output_mode::line;
  r.open(1, "made", by_line);
  r.write(1, out, "a\n");
  CHECK(r.printed() == "a\n");
  r.close(1);
  CHECK(r.printed() == "a\n");
}

TEST_CASE("a title is one line and cannot reach the terminal") {
  rig r({});
  r.open(1, "a\n::error::\x1b[2J");
  r.write(1, out, "x\n");
  r.close(1);
  CHECK(r.printed() == "<1 a\\n::error::\\x1b[2J>\nx\n</1>\n");
}

TEST_CASE("output that could break the marks is guarded, and so are its last lines") {
  rig r({});
  const auto github = marks_for(ci_kind::github, "1");
  r.router.guard(*github, {true, true});
  r.open(1);
  r.write(1, out, "::stop-");
  r.write(1, out, "commands::x\nb");
  CHECK(r.sinks.at(1)->splice_file(out) == -1);
  CHECK(r.close(1, verdict::failed) == "\\x3a:stop-commands::x\nb");
  CHECK(r.printed() == "(1 made)\n\\x3a:stop-commands::x\nb\n");
}

TEST_CASE("what is held to the end of a stream is printed then") {
  rig r({});
  const auto github = marks_for(ci_kind::github, "1");
  r.router.guard(*github, {true, true});
  r.open(1);
  r.write(1, out, "::group");
  r.close(1);
  CHECK(r.printed() == "<1 made>\n::group\n</1>\n");
}

TEST_CASE("a stream that leads to a file is not guarded") {
  rig r({}, false);
  const auto github = marks_for(ci_kind::github, "1");
  r.router.guard(*github, {false, true});
  r.open(1);
  r.write(1, out, "::group::x\n");
  r.write(1, err, "::group::x\n");
  r.close(1);
  CHECK(r.printed() == "<1 made>\n::group::x\n</1>\n");
  CHECK(r.printed_err() == "<1 made err>\n\\x3a:group::x\n</1>\n");
}

TEST_CASE("each attempt has its own last lines") {
  rig r({});
  r.open(1);
  r.write(1, err, "first\n");
  CHECK(r.router.attempt_ended(*r.sinks.at(1)) == "first\n");
  r.write(1, out, "second\n");
  CHECK(r.router.attempt_ended(*r.sinks.at(1)) == "second\n");
  CHECK(r.router.attempt_ended(*r.sinks.at(1)).empty());
  r.write(1, out, "third\n");
  CHECK(r.close(1, verdict::failed) == "third\n");
  CHECK(r.printed() == "(1 made)\nsecond\nthird\nfirst\n");
}
