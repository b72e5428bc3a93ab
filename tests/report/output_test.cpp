#include "output_rig.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace weir::test;
using ::test::run_ready;

TEST_CASE("a group is printed when its job ends, whole and as it was") {
  output_rig r(grouped());
  r.open(1);
  r.open(2);
  r.write(1, out, "a1 ");
  r.write(2, out, "b1 ");
  r.write(1, err, "a-err ");
  r.write(1, out, "a2");
  CHECK(r.printed().empty());
  r.close(2);
  CHECK(r.printed() == "b1 ");
  r.close(1);
  CHECK(r.printed() == "b1 a1 a2");
  CHECK(r.printed_err() == "a-err ");
}

TEST_CASE("where both streams lead to one place, stdout of a job comes first") {
  ::test::owned_fd file = ::test::make_file();
  boost::asio::io_context loop;
  spool_space space;
  writer both(loop.get_executor(), file.value(), "stdout");
  output router(both, both, space, grouped());
  auto* first = router.open(job_number(1), 1);
  auto* second = router.open(job_number(2), 2);
  first->write(err, std::span("E1", 2));
  second->write(out, std::span("O2", 2));
  first->write(out, std::span("O1", 2));
  second->write(err, std::span("E2", 2));
  router.close(*second, verdict::succeeded, false);
  router.close(*first, verdict::succeeded, false);
  run_ready(loop);
  CHECK(::test::contents(file) == "O2E2O1E1");
}

TEST_CASE("raw output passes through nothing") {
  output_rig r({.mode = output_mode::raw});
  CHECK(r.router.open(job_number(1), 1) == nullptr);
}

TEST_CASE("the only job at a time streams as it writes") {
  output_rig r({.live = true});
  r.open(7);
  r.write(7, out, "now");
  r.write(7, err, "too");
  CHECK(r.printed() == "now");
  CHECK(r.printed_err() == "too");
}

TEST_CASE("in order, the first job streams and the others are held until it ends") {
  output_rig r(ordered());
  for (const std::uint64_t seq : {2U, 3U, 1U, 4U}) r.open(seq);
  r.write(2, out, "b");
  r.write(1, out, "a");
  CHECK(r.printed() == "a");
  r.close(2);
  r.write(3, out, "c");
  r.write(3, err, "C");
  r.write(1, out, "a");
  CHECK(r.printed() == "aa");
  r.close(1);
  CHECK(r.printed() == "aabc");
  CHECK(r.printed_err() == "C");
  r.write(3, out, "c");
  CHECK(r.printed() == "aabcc");
  r.write(4, out, "d");
  CHECK(r.printed() == "aabcc");
  r.close(3);
  CHECK(r.printed() == "aabccd");
  r.close(4);
}

TEST_CASE("by lines and in order, a job that becomes first keeps its unfinished line back") {
  ::test::owned_fd file = ::test::make_file();
  boost::asio::io_context loop;
  spool_space space;
  writer both(loop.get_executor(), file.value(), "stdout");
  output router(both, both, space, {.mode = output_mode::line, .keep_order = true});
  const auto write = [](output_sink* to, output_stream which, std::string_view text) {
    to->write(which, std::span(text.data(), text.size()));
  };
  auto* first = router.open(job_number(1), 1);
  auto* second = router.open(job_number(2), 2);
  const std::string much(300'000, 'x');  // more than memory holds
  write(second, out, "whole\n" + much);
  write(second, err, "error\nun");
  router.close(*first, verdict::succeeded, false);
  run_ready(loop);
  CHECK(::test::contents(file) == "whole\nerror\n");
  write(second, out, "ed\n");
  write(second, err, "told\n");
  router.close(*second, verdict::succeeded, false);
  run_ready(loop);
  CHECK(::test::contents(file) == "whole\nerror\n" + much + "ed\nuntold\n");
}

TEST_CASE("a job that never runs is not waited for") {
  output_rig r(ordered());
  r.open(3);
  r.write(3, out, "c");
  r.close(3);
  r.router.absent(2);
  CHECK(r.printed().empty());
  r.router.absent(1);
  CHECK(r.printed() == "c");
  r.open(4);
  r.write(4, out, "d");
  CHECK(r.printed() == "cd");
  r.close(4);
}

TEST_CASE("at the end, held jobs are printed though an earlier one never came") {
  output_rig r(ordered());
  r.open(2);
  r.open(3);
  r.write(2, out, "b");
  r.write(3, out, pattern(300000));
  r.close(3);
  r.close(2);
  CHECK(r.printed().empty());
  r.finish();
  CHECK(r.printed() == "b" + pattern(300000));
}

TEST_CASE("lines go out whole, as they come") {
  output_rig r(by_line());
  r.open(1);
  r.open(2);
  r.write(1, out, "one ");
  r.write(2, out, "two\nthr");
  CHECK(r.printed() == "two\n");
  r.write(1, out, "line\nrest");
  CHECK(r.printed() == "two\none line\n");
  r.write(2, err, "err\n");
  CHECK(r.printed_err() == "err\n");
  r.write(2, out, "ee\n");
  CHECK(r.printed() == "two\none line\nthree\n");
  r.close(1);
  r.close(2);
  CHECK(r.printed() == "two\none line\nthree\nrest");
}

TEST_CASE("a line without end is held outside memory and not torn") {
  output_rig r(by_line());
  r.open(1);
  r.open(2);
  const std::string part(100000, 'x');
  for (int i = 0; i < 20; ++i) r.write(1, out, part);
  r.write(2, out, "between\n");
  CHECK(r.printed() == "between\n");
  CHECK(r.space.memory() <= 256 * 1024);
  r.write(1, out, "end\nmore");
  CHECK(r.printed() == "between\n" + std::string(2000000, 'x') + "end\n");
  r.close(1);
  r.close(2);
}

TEST_CASE("a tag comes before every line, and completes the last") {
  const auto options = GENERATE(grouped(), by_line(), ordered());
  output_rig r(options);
  r.open(1, "job1");
  r.write(1, out, "a\nb");
  r.write(1, out, "c\n");
  r.write(1, err, "");
  r.write(1, out, "\nlast");
  CHECK(r.sinks[1]->splice_file(out) == -1);
  CHECK(r.close(1) == "a\nbc\n\nlast");
  CHECK(r.printed() == "job1\ta\njob1\tbc\njob1\t\njob1\tlast\n");
  CHECK(r.printed_err().empty());
}

TEST_CASE("a missing last newline is added only on request") {
  for (const bool wanted : {false, true})
    for (auto options : {grouped(), by_line(), ordered()}) {
      options.final_newline = wanted;
      output_rig r(options);
      r.open(1);
      r.open(2);
      r.write(1, out, "a");
      r.close(1);
      r.write(2, out, "b\n");
      r.write(2, err, "e");
      r.close(2);
      CHECK(r.printed() == (wanted ? "a\nb\n" : "ab\n"));
      CHECK(r.printed_err() == (wanted ? "e\n" : "e"));
    }
}

TEST_CASE("where both streams lead to one place, tags begin lines, and a newline ends them") {
  const bool tags = GENERATE(true, false);
  const bool from_the_start = GENERATE(true, false);
  CAPTURE(tags, from_the_start);
  const ::test::owned_fd file = ::test::make_file();
  boost::asio::io_context loop;
  spool_space space;
  writer both(loop.get_executor(), file.value(), "stdout");
  output router(both, both, space,
                {.keep_order = true, .live = true, .tags = tags, .final_newline = !tags});
  auto* const first = router.open(job_number(1, tags ? "1" : ""), 1);
  auto* const second = router.open(job_number(2, tags ? "2" : ""), 2);
  const auto write_three = [](output_sink* job) {
    job->write(out, std::span("no", 2));
    job->write(err, std::span("e\nf", 3));
    job->write(out, std::span("nl", 2));
  };
  write_three(first);
  if (!from_the_start) second->write(out, std::span("held", 4));
  if (!from_the_start) second->write(err, std::span("too", 3));
  router.close(*first, verdict::succeeded, false);
  write_three(second);
  router.close(*second, verdict::succeeded, false);
  run_ready(loop);
  const std::string held = tags ? "2\theld\n2\ttoo\n" : "heldtoo";
  const std::string rest = tags ? "2\tno\n2\te\n2\tf\n2\tnl\n" : "noe\nfnl\n";
  CHECK(::test::contents(file) ==
        (tags ? "1\tno\n1\te\n1\tf\n1\tnl\n" : "noe\nfnl\n") + (from_the_start ? "" : held) + rest);
}

TEST_CASE("the tail is of stderr if it wrote there, else of stdout, however the job was printed") {
  std::string lines;
  for (int i = 0; i < 30; ++i) lines += "line " + std::to_string(i) + "\n";
  const std::string last = lines.substr(lines.find("line 20"));
  for (auto options : {grouped(), by_line(), ordered(), output_options{.live = true}}) {
    output_rig r(options);
    r.open(1);
    r.open(2);
    r.write(1, out, lines);
    r.write(2, out, lines);
    r.write(2, err, "why\n");
    CHECK(r.close(2) == "why\n");
    CHECK(r.close(1) == last);
  }
}

TEST_CASE("the tail of a job that was held first and streamed then has both") {
  output_rig r(ordered());
  r.open(1);
  r.open(2);
  r.write(2, out, "held\n");
  r.close(1);
  r.write(2, out, "live\n");
  CHECK(r.close(2) == "held\nlive\n");
}

TEST_CASE("a long line in the tail is cut to 4 KiB, a torn first line left out") {
  output_rig r(grouped());
  r.open(1);
  r.write(1, out, std::string(300000, 'x') + "\nshort\n");
  CHECK(r.close(1) == "short\n");
  r.open(2);
  r.write(2, out, std::string(300000, 'x'));
  CHECK(r.close(2) == std::string(4096, 'x'));
}

TEST_CASE("a long stream is spliced, and exact") {
  output_rig r(grouped());
  r.open(1);
  CHECK(r.sinks[1]->splice_file(out) == -1);
  r.write(1, out, pattern(262144));
  r.write(1, out, "x");
  const int file = r.sinks[1]->splice_file(out);
  REQUIRE(file >= 0);
  CHECK(r.sinks[1]->splice_file(err) == -1);
  const auto pipe = ::test::make_pipe();
  ::test::put(pipe.in, "spliced\nend");
  REQUIRE(::splice(pipe.out.value(), nullptr, file, nullptr, 11, 0) == 11);
  CHECK(r.sinks[1]->spliced(out, 11) == flow::more);
  CHECK(r.close(1).ends_with("spliced\nend"));
  CHECK(r.printed() == pattern(262144) + "xspliced\nend");
}
