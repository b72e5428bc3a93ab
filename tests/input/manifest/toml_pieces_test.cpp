// A manifest is parsed in pieces where that is possible. Nobody must be able to tell.
#include "input/manifest/toml_pieces.hpp"

#include <limits>
#include <random>
#include <vector>

#include "input/manifest/graph.hpp"
#include "input/manifest/plan.hpp"
#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

constexpr std::size_t whole = std::numeric_limits<std::size_t>::max();

// All that can be seen of a manifest: its jobs, or its faults.
std::string read_as(std::string_view text, std::size_t piece_size) {
  std::string seen;
  const std::string error = message_of([&] {
    const manifest m = read_toml_manifest(text, "jobs.toml", piece_size);
    seen = describe_plan(m) + to_dot(m);
    for (const manifest_job& job : m.jobs) seen += job.group + ": " + dry_run_line(job.spec) + "\n";
  });
  return seen + error;
}

void check_all_sizes(std::string_view text) {
  INFO(text);
  const std::string expected = read_as(text, whole);
  for (const std::size_t size : {1, 30, 100}) CHECK(read_as(text, size) == expected);
}

std::string job(std::string_view name, std::string_view more = "") {
  return "[[job]]\nname = \"" + std::string(name) + "\"\nargv = [\"true\"]\n" + std::string(more);
}

const std::string head = "version = 1\n";

using texts = std::vector<std::string_view>;

}  // namespace

TEST_CASE("a text is cut before lines that begin with a job, after so many bytes at least") {
  const std::string_view text = "a = 1\n[[job]]\nb = 1\n[[job]]\n [[job]]\n[[jobs]]\n[[job]] # c";
  CHECK(doc::toml_pieces(text, 1) ==
        texts{"a = 1\n", "[[job]]\nb = 1\n", "[[job]]\n [[job]]\n[[jobs]]\n", "[[job]] # c"});
  CHECK(doc::toml_pieces(text, 16) ==
        texts{"a = 1\n", "[[job]]\nb = 1\n[[job]]\n [[job]]\n[[jobs]]\n", "[[job]] # c"});
  CHECK(doc::toml_pieces(text, whole) == texts{text});
  CHECK(doc::toml_pieces("[[job]]\n", 1) == texts{"", "[[job]]\n"});
  CHECK(doc::toml_pieces("a = 1\nb = 2\n", 1) == texts{"a = 1\nb = 2\n"});
  CHECK(doc::toml_pieces("", 1) == texts{""});
}

TEST_CASE("pieces make the same jobs as the whole") {
  for (const std::string& text : {
           head + job("a") + job("b", "needs = [\"a\"]\n") + job("c", "needs = [\"d\"]\n") +
               job("d"),
           head + "[defaults]\nenv = { A = \"1\" }\n[run]\nlimit = 2\n" + job("a") + job("b"),
           head + job("a", "[job.env]\nA = \"1\"\n") + job("b", "[job.retry]\ntimes = 2\n"),
           head + job("a", "env.A = \"1\"\nenv.B = \"2\"\n") + job("b", "env.A = \"1\"\n"),
           head +
               job("m-{v}", "[job.matrix]\nz = [1]\nv = [1, 2]\n[[job.matrix.include]]\nv = 3\n") +
               job("last", "needs = [\"m-{v}\"]\n"),
           "# only jobs\n\n" + head + "\n" + job("a") + "\n\n# the next\n" + job("b") + "  # end",
           head + "[[job]] # one\r\nargv = [\"a\"]\r\n[[job]]\t\r\nargv = [\"b\"]\r\n",
           "\xEF\xBB\xBF" + head + job("a") + job("b"),
           head + job("a") + " [[job]]\nargv = [\"b\"]\n[[ job ]]\nargv = [\"c\"]\n" + job("d"),
           head + job("a") + "[[\"job\"]]\nargv = [\"b\"]\n" + job("c"),
           head + "job = [{ argv = [\"a\"] }, { argv = [\"b\"] }]\n",
       })
    check_all_sizes(text);
}

TEST_CASE("a line that only looks like the begin of a job cuts nothing apart") {
  for (const std::string& text : {
           head + job("a", "stdin.text = \"\"\"\n[[job]]\nname = \"no\"\n\"\"\"\n") + job("b"),
           head + job("a", "stdin.text = '''\n[[job]]\n[[job]]\n'''\n") + job("b"),
           head + job("a", "stdin.text = \"\"\"\n[[job]]\n'''\n\"\"\"\n") +
               job("b", "stdin.text = '''\n[[job]]\n\"\"\"\n'''\n"),
           "version = 1\n[run]\nenv = { A = '''\n[[job]]\n''' }\n" + job("a"),
           head + "x = [\n[[job]]\n]\n" + job("a"),
           head + job("a", "argv = [\n[[job]]\n]\n") + job("b"),
           head + job("a", "ok = [ # '''\n0,\n]\n") + job("b") + "# '''\n[[job]]\nargv = [\"c\"]\n",
       })
    check_all_sizes(text);
}

TEST_CASE("faults of pieces are those of the whole") {
  for (const std::string& text : {
           // of reading
           job("a") + job("b", "tiemout = 1\n") + job("c") +
               job("d", "weight = 0\nx = 1979-05-27\n"),
           head + job("a") + job("b", "ok = 1\n") + job("b") + job("a", "needs = [\"x\"]\n"),
           head + "[run]\nlimit = []\nx = 1\n" + job("a", "weight = 0\n") + job("b"),
           head + "limit = 3\n[[job]]\n[[job]]\n",
           // of expanding, of names and needs
           head + job("a") + "[[job]]\nname = \"b\"\n" + job("c", "pool = { db = 1 }\n") +
               "[[job]]\n",
           head + job("a", "run = \"x\"\n") + "[[job]]\n" + job("c", "pool = { db = 1 }\n"),
           head + job("a") + job("b") + job("a") + job("c", "needs = [\"x\", \"c\"]\n"),
           head + job("a", "needs = [\"b\"]\n") + job("c") + job("b", "needs = [\"a\"]\n"),
           // of TOML
           head + job("a") + job("b") + "name = \n" + job("c"),
           head + job("a", "weight = 0\n") + job("b") + job("c", "name = \"c\"\n"),
           head + job("a", "weight = 0\n") + job("b", "s = \"\"\"\n") + job("c"),
           head + job("a", "s = 'x\n") + job("b", "s = \"\xff\"\n"),
           head + job("a") + job("b", "a = [0,}\n") + job("c"),
           head + job("a") + "[[=]]\n" + job("b") + "[[[job]]]\n",
           head + job("a") + job("b") + "\x01" + job("c"),
           // of what several pieces say together
           head + "[run]\nlimit = 1\n" + job("a") + job("b") + "[run]\nlimit = 2\n" + job("c"),
           head + job("a") + "[run]\nlimit = 1\n" + job("b") + "[run]\nlimit = 2\n",
           head + job("a") + "[defaults]\nweight = 2\nx = 1\n" + job("b", "y = 1\n"),
           head + "job = []\n" + job("a") + job("b"),
           head + "job = [{ argv = [\"a\"] }]\n" + job("b"),
           head + "job = 1\n" + job("a"),
           head + "[job]\nargv = [\"a\"]\n" + job("b"),
           head + "[job.env]\nA = \"1\"\n" + job("b"),
           head + job("a") + "[job]\nargv = [\"b\"]\n" + job("c"),
           head + job("a") + job("b") + "[[job.env]]\n[job.env]\n" + job("c"),
       })
    check_all_sizes(text);
}

TEST_CASE("a fault in a late piece has the line and the excerpt of the whole file") {
  std::string text = head;
  for (int i = 0; i < 5; ++i) text += job("job-" + std::to_string(i));
  CHECK(read_as(text + job("last", "weight = 0\n"), 1) ==
        "jobs.toml:20:10: weight: found the integer 0, expected an integer from 1 to 1000000\n"
        "   20 | weight = 0\n"
        "      |          ^");
}

TEST_CASE("no more than twenty faults are told, whatever the piece") {
  std::string text = head;
  for (int i = 0; i < 30; ++i) text += job("job-" + std::to_string(i), "weight = 0\n");
  check_all_sizes(text);
  check_all_sizes(text + "x =\n");
}

TEST_CASE("any sequence of lines is the same in pieces and as a whole") {
  const std::vector<std::string> lines = {
      "[[job]]\n",
      "[[job]]\n",
      "[[job]]\n",
      "[[job]]\r\n",
      "argv = [\"a\"]\n",
      "argv = [\"a\"]\n",
      "run = 'x'\n",
      "name = \"n\"\n",
      "env.A = \"1\"\n",
      "[job.env]\n",
      "A = \"2\"\n",
      "needs = [\"n\"]\n",
      "[run]\n",
      "limit = 1\n",
      "[defaults]\n",
      "x = '''\n",
      "y = \"\"\"\n",
      "'''\n",
      "\"\"\"\n",
      "z = [\n",
      "]\n",
      "# '''\n",
      " [[job]] # x\n",
      "[[job.matrix.include]]\n",
      "[job]\n",
      "matrix.v = [1, 2]\n",
      "job = []\n",
      "\\\n",
      "\n",
      "[[job]]",
      "weight = 0\n",
      "weight = 2\n",
  };
  std::mt19937 random(2026);
  for (int i = 0; i < 3000; ++i) {
    std::string text = head;
    for (unsigned n = 2 + random() % 14; n > 0; --n) text += lines[random() % lines.size()];
    INFO(text);
    REQUIRE(read_as(text, 1) == read_as(text, whole));
  }
}
