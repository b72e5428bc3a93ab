#include "input/manifest/fault.hpp"

#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

std::string jsonl_error(std::string_view text) {
  return message_of([&] { read_jsonl_manifest(text, "jobs.jsonl"); });
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++n;
  return n;
}

}  // namespace

TEST_CASE("a fault names file, line and column, and shows the place") {
  CHECK(job_error("timeout = -1.5") ==
        "jobs.toml:4:11: timeout: found the number -1.5, expected a duration longer than 0\n"
        "    4 | timeout = -1.5\n"
        "      |           ^");
}

TEST_CASE("the caret stands below its character after tabs and wide characters") {
  const std::string error = job_error("\tname =\t3 # 日本");
  CHECK(error.find("\n    4 |  name = 3 # 日本\n      |         ^") != std::string::npos);
  const std::string wide = job_error("env = { \"日\" = 1 }");
  CHECK(wide.find("\n    4 | env = { \"日\" = 1 }\n      |                ^") != std::string::npos);
}

TEST_CASE("control characters of the manifest do not reach the terminal") {
  const std::string error = toml_error("\"\\u001b[31m\" = 1");
  CHECK(error.find("unknown key \"\\x1b[31m\"") != std::string::npos);
  CHECK(error.find('\x1b') == std::string::npos);
}

TEST_CASE("a long line is shown around the place") {
  const std::string error = job_error("env = { A = \"" + std::string(5000, 'x') + "\", B = 2 }");
  CHECK(error.find(
            "jobs.toml:4:5021: env.B: found the integer 2, expected a string: put it in quotes") ==
        0);
  CHECK(error.size() < 400);
}

TEST_CASE("all faults are told at once, in the order of the file") {
  const std::string error =
      toml_error("[[job]]\nargv = []\nweight = 0\n[run]\nkeep-order = 1\nlimit = []\n");
  CHECK(count(error, "jobs.toml:") == 4);
  CHECK(error.find(":3:") < error.find(":4:"));
  CHECK(error.find(":6:") < error.find(":7:"));
}

TEST_CASE("at most twenty faults are told") {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "k" + std::to_string(i) + " = 1\n";
  CHECK(count(toml_error(text), "unknown key") == 20);
}

TEST_CASE("faults of all kinds are told at once: of keys, of jobs and between them") {
  const std::string error = toml_error(R"(
[pool.db]
capacity = 1
[[job]]
name = "a"
[[job]]
name = "a"
argv = ["x"]
weight = 0
pool = { bd = 1 }
needs = ["b", "nowhere"]
[[job]]
name = "b"
argv = ["x"]
needs = ["c"]
[[job]]
name = "c"
argv = ["x"]
needs = ["b"]
)");
  INFO(error);
  for (const char* told :
       {"nothing to run", "\"a\" is already used by the job", "weight: found the integer 0",
        "there is no pool \"bd\"", "there is no job \"nowhere\"", "needs: a cycle: b -> c -> b"})
    CHECK(count(error, told) == 1);
  CHECK(count(error, "jobs.toml:") == 6);
}

TEST_CASE("with all jobs known by name, needs and names are told beside other faults") {
  const std::string error = toml_error(R"(
[[job]]
name = "a"
argv = ["x"]
weight = 0
[[job]]
name = "a"
argv = ["x"]
needs = ["nowhere", "c-1"]
[[job]]
name = "c-{n}"
argv = ["x"]
matrix = { n = [1, 2] }
tiemout = "1s"
)");
  INFO(error);
  CHECK(count(error, "there is no job \"nowhere\"") == 1);
  CHECK(count(error, "\"a\" is already used by the job at line") == 1);
  CHECK(count(error, "jobs.toml:") == 4);
}

TEST_CASE("a fault of the run, the defaults or the pools hides none of the jobs' own") {
  const std::string jobs =
      "[[job]]\nname = \"a\"\nargv = [\"x\"]\nneeds = [\"nowhere\"]\n"
      "[[job]]\nname = \"a\"\nargv = [\"x\"]\npool = { z = 1 }\nwieght = 2\n"
      "[[job]]\npool = { z = 1 }\n";
  const auto told = [&](const std::string& head) { return toml_error(head + jobs); };
  for (const char* head :
       {"[run]\nhalt = \"bad\"\n", "[run]\nlimit = -1\n[pool.db]\ncapacity = 1\n"}) {
    const std::string error = told(head);
    INFO(error);
    CHECK(count(error, "there is no pool \"z\"") == 2);
    CHECK(count(error, "there is no job \"nowhere\"") == 1);
    CHECK(count(error, "\"a\" is already used by the job") == 1);
    CHECK(count(error, "nothing to run") == 1);
    CHECK(count(error, "jobs.toml:") == 7);
  }
  const std::string defaults = told("[defaults]\ntimeout = -1\n");
  INFO(defaults);
  CHECK(count(defaults, "there is no pool \"z\"") == 2);
  CHECK(count(defaults, "\"a\" is already used by the job") == 1);
  const std::string pools = told("[pool]\nz = 2\n");
  INFO(pools);
  CHECK(count(pools, "there is no pool") == 0);
}

TEST_CASE("each place in the file is told of once, however many combinations it stands for") {
  const std::string error = toml_error(R"(
[[job]]
name = "b-{n}"
argv = ["x"]
matrix = { n = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21] }
needs = ["nowhere", "none-{n}", "b-{n}"]
[[job]]
name = "c"
matrix = { n = [1, 2, 3] }
argv = ["x"]
wieght = 1
)");
  INFO(error);
  CHECK(count(error, "there is no job \"nowhere\"") == 1);
  CHECK(count(error, "there is no job \"none-1\"") == 1);
  CHECK(count(error, "needs itself") == 1);
  CHECK(count(error, "unknown key \"wieght\"") == 1);
  CHECK(count(error, "jobs.toml:") == 4);
}

TEST_CASE("what only follows from another fault is not told") {
  for (const std::string_view at_fault :
       {"nmae = \"b\"\nargv = [\"x\"]\n", "name = 3\nargv = [\"x\"]\n",
        "name = \"b{n}\"\nmatrix = 3\nargv = [\"x\"]\n"}) {
    const std::string error = toml_error(
        "[[job]]\nname = \"a\"\nargv = [\"x\"]\nneeds = [\"b1\"]\n"
        "[[job]]\n" +
        std::string(at_fault) + "[[job]]\nargv = [\"x\"]\n");
    INFO(error);
    CHECK(count(error, "jobs.toml:") == 1);
  }
  for (const std::string meant : {"[pools.db]\ncapacity = 1\n", "[Pool.db]\ncapacity = 1\n"})
    CHECK(count(toml_error(meant + "[[job]]\nargv = [\"x\"]\npool = { db = 1 }\n"), "jobs.toml:") ==
          1);
  // Another key has nothing to do with pools.
  const std::string other = toml_error(
      "title = \"x\"\n[[job]]\nargv = [\"x\"]\npool = { db = 1 }\nneeds = [\"nowhere\"]\n");
  INFO(other);
  CHECK(count(other, "jobs.toml:") == 3);
  CHECK(count(toml_error("[pools]\nx = 1\n[[job]]\nargv = [\"x\"]\npool = { x = 1 }\n"),
              "jobs.toml:") == 1);
}

TEST_CASE("jobs behind one that is no TOML are looked at as well") {
  const std::string error = toml_error(
      "[[job]]\nargv = [\"x\"\n\n[[job]]\nargv = [\"x\"]\n\n[[job]]\nname = x\n\n[[job]]\nname = "
      "\"\n");
  INFO(error);
  CHECK(count(error, "not TOML: ") == 3);
  CHECK(error.find("jobs.toml:9:") != std::string::npos);
  CHECK(error.find("jobs.toml:12:") != std::string::npos);
}

TEST_CASE("syntax errors have the same form") {
  const std::string error = toml_error("[run\n");
  CHECK(error.find("jobs.toml:2:5: not TOML: ") == 0);
  CHECK(error.find("\n    2 | [run\n      |     ^") != std::string::npos);
}

TEST_CASE("a string without an end is told as such") {
  CHECK(toml_error("[[job]]\nname = \"é\nrun = \"a\"\n")
            .find("jobs.toml:3:10: not TOML: a string is not closed before the end of its line") ==
        0);
  CHECK(toml_error("[[job]]\nname = \"a\x01b\"\n").find("control characters") != std::string::npos);
}

TEST_CASE("an unknown key is told with a near one") {
  CHECK(job_error("tiemout = \"1s\"")
            .find("jobs.toml:4:1: unknown key \"tiemout\" in a job, did you mean \"timeout\"?") ==
        0);
  CHECK(job_error("retry = { time = 2 }")
            .find("unknown key \"time\" in retry, did you mean \"times\"?") != std::string::npos);
  CHECK(job_error("stdin = { foo = 2 }").find("in stdin, expected \"file\", \"text\"") !=
        std::string::npos);
}

TEST_CASE("a key in the wrong table is told with the right one") {
  const auto places = [](std::string_view text, std::string_view told) {
    INFO(text);
    CHECK(toml_error(text).find(told) != std::string::npos);
  };
  places("limit = 0\n", "jobs.toml:2:1: unknown key \"limit\" in a manifest, expected it in [run]");
  places("limt = 0\n", "unknown key \"limt\" in a manifest, did you mean \"limit\" in [run]?");
  places("timeout = 1\n", "unknown key \"timeout\" in a manifest, expected it in [[job]]");
  places("[run]\ntimeout = 1\n",
         "unknown key \"timeout\" in [run], expected it in [[job]] or [defaults]");
  places("[[job]]\nrun = \"a\"\nhalt = \"never\"\n",
         "unknown key \"halt\" in a job, expected it in [run]");
  places("[defaults]\nlimit = 2\n", "unknown key \"limit\" in [defaults], expected it in [run]");
}

TEST_CASE("a manifest without jobs is told, unless it says that there are none") {
  CHECK(toml_error("[run]\nlimit = 2\n").find("jobs.toml:1:1: no jobs: expected at least one") ==
        0);
  CHECK(toml("job = []\n").jobs.empty());
}

TEST_CASE("keys as other tools call them are told with ours") {
  const std::pair<const char*, const char*> all[] = {

      {"command = \"a\"", "run"},
      {"cmd = \"a\"", "run"},
      {"depends = []", "needs"},
      {"depends_on = []", "needs"},
      {"cwd = \".\"", "dir"},
      {"environment = {}", "env"},
      {"allow_failure = true", "allow-failure"},
      {"closeTimeout = 1", "close-timeout"},
      {"working-directory = \".\"", "dir"},
      {"retry = { retries = 1 }", "times"},
      {"retry = { times = 1, delay = 1 }", "backoff"},
  };
  for (const auto& [typed, ours] : all) {
    INFO(typed);
    CHECK(job_error(typed).find(std::string(", did you mean \"") + ours + "\"?") !=
          std::string::npos);
  }
  CHECK(toml_error("[[jobs]]\nrun = \"a\"\n").find("did you mean \"job\"?") != std::string::npos);
  CHECK(toml_error("[run]\njobs = 4\n").find("did you mean \"limit\"?") != std::string::npos);
}

TEST_CASE("wrong values are told with what was found and expected") {
  struct wrong {
    const char* keys;
    const char* message;
  };
  const wrong all[] = {
      {"weight = 0", "weight: found the integer 0, expected an integer from 1 to 1000000"},
      {"weight = 99999999999", "weight: found the integer 99999999999, expected"},
      {"weight = 1.0", "weight: found the number 1.0, expected an integer"},
      {"priority = nan", "priority: found the number nan, expected"},
      {"timeout = inf", "timeout: found the number inf, expected a duration"},
      {"timeout = \"0s\"", "timeout: found the string \"0s\", expected a duration longer than 0"},
      {"timeout = 0", "timeout: found the integer 0, expected a duration longer than 0"},
      {"timeout = -1", "timeout: found the integer -1, expected a duration longer than 0"},
      {"timeout = \"-1s\"", "timeout: found the string \"-1s\", expected a duration longer than 0"},
      {"timeout = -0.5", "timeout: found the number -0.5, expected a duration longer than 0"},
      {"shield = \"yes\"", "shield: found the string \"yes\", expected true or false"},
      {"ok = [256]", "ok: found the integer 256, expected an integer from 0 to 255"},
      {"ok = 0", "ok: found the integer 0, expected an array of exit codes"},
      {"run = \"a\"", "run: a job has argv too, expected one of the two"},
      {"env = { A = true }", "env.A: found true, expected a string, or false to unset it"},
      {"env = { \"A=B\" = \"1\" }", "env.A=B: not the name of a variable"},
      {"output = \"grup\"",
       "output: found the string \"grup\", expected one of \"group\", \"line\", \"raw\""},
      {"stdin = { file = \"a\", text = \"b\" }",
       "stdin: found both file and text, expected one of the two"},
      {"stdin = {}", "stdin: found an empty table, expected"},
      {"retry = { backoff = \"1s\" }", "retry: \"times\" is missing"},
      {"retry = { times = 1, max = \"1s\" }", "retry.max: it limits backoff, which is missing"},
      {"retry = { times = 1, backoff = \"2s\", max = \"1s\" }",
       "expected a duration not shorter than backoff"},
      {"retry = -1", "retry.times: found the integer -1, expected an integer from 0"},
      {"retry = { times = 1, on = [\"failure\"] }",
       "retry.on: found the string \"failure\", expected an exit code"},
      {"needs = [{ on = \"failure\" }]", "needs: \"job\" is missing"},
      {"needs = [{ job = \"a\", on = \"never\" }]",
       "expected one of \"success\", \"failure\", \"always\""},
      {"needs = \"a\"", "needs: found the string \"a\", expected an array of names"},
      {"pool = { db = 1 }", "pool: there is no pool \"db\""},
      {"matrix = { \"a b\" = [1] }", "matrix: \"a b\" is not a name for a {placeholder}"},
      {"matrix = {}", "matrix: found an empty table, expected at least one key"},
      {"matrix = { a = [] }", "matrix.a: found an empty array, expected at least one value"},
      {"dir = \"\"", "dir: found an empty string, expected some text"},
      {"name = 1979-05-27", "name: found a date or time, expected a string"},
  };
  for (const wrong& w : all) {
    INFO(w.keys);
    const std::string error = job_error(w.keys);
    CHECK(error.find("jobs.toml:4:") == 0);
    CHECK(error.find(w.message) != std::string::npos);
    CHECK(count(error, "jobs.toml:") == 1);
  }
}

TEST_CASE("a matrix of which nothing is left is told") {
  CHECK(job_error("matrix = { a = [1, 2], exclude = [{ a = 1 }, { a = 2 }] }")
            .find("matrix: exclude leaves no combination, expected at least one") !=
        std::string::npos);
}

TEST_CASE("a job with nothing to run is told") {
  CHECK(toml_error("[[job]]\nname = \"a\"\n")
            .find("the job has nothing to run, expected argv or run") != std::string::npos);
  CHECK(
      toml_error("[[job]]\nrun = \" \"\n").find("run: found the string \" \", expected a script") !=
      std::string::npos);
}

TEST_CASE("units beyond a pool's capacity can never be taken") {
  CHECK(toml_error("[pool.db]\ncapacity = 2\n[[job]]\nargv = [\"a\"]\npool = { db = 3 }\n")
            .find("pool.db: 3 units can never be free, its capacity is 2") != std::string::npos);
}

TEST_CASE("the version must be there and be 1") {
  CHECK(message_of([] { read_toml_manifest("", "x"); }).find("x:1:1: \"version = 1\" is missing") ==
        0);
  CHECK(message_of([] { read_toml_manifest("version = 2", "x"); }) ==
        "x:1:11: version: found the integer 2, expected the integer 1\n    1 | version = 2\n      "
        "|   "
        "        ^");
  CHECK(message_of([] {
          read_toml_manifest("version = 1.0", "x");
        }).find("version: found the number 1.0, expected the integer 1") != std::string::npos);
}

TEST_CASE("the run's limit and halt are checked by what reads the options") {
  CHECK(toml_error("[run]\nlimit = \"many\"").find("jobs.toml:3:9: limit: \"many\"") == 0);
  CHECK(toml_error("[run]\nhalt = \"soon\"").find("jobs.toml:3:8: halt: \"soon\"") == 0);
}

TEST_CASE("JSON has the same keys and messages, and columns count characters") {
  CHECK(jsonl_error("{\"argv\":[\"a\"]}\n{\"argv\":[\"é\"],\"tiemout\":1}") ==
        "jobs.jsonl:2:15: unknown key \"tiemout\" in a job, did you mean \"timeout\"?\n"
        "    2 | {\"argv\":[\"é\"],\"tiemout\":1}\n"
        "      |               ^");
  CHECK(
      jsonl_error(R"({"argv":["a\"]}",{}]})").find("jobs.jsonl:1:18: argv: found an empty table") ==
      0);
  CHECK(jsonl_error(R"({"argv":["a"],"weight":18446744073709551615})")
            .find("weight: found an integer beyond 64 bits") != std::string::npos);
  CHECK(jsonl_error(R"({"argv":["a"],"argv":["b"]})")
            .find("1:15: duplicate key \"argv\" in a job, already given at column 2") !=
        std::string::npos);
  CHECK(jsonl_error(R"({"argv":["a"],"name":null})").find("name: found null, expected a string") !=
        std::string::npos);
}

TEST_CASE("in JSON Lines, needs and names are told beside other faults, each with its line") {
  const std::string error = jsonl_error(
      "{\"version\":1,\"run\":{\"halt\":\"bad\"}}\n"
      "{\"name\":\"a\",\"argv\":[\"x\"],\"pool\":{\"z\":1},\"needs\":[\"nowhere\"]}\n"
      "{\"name\":\"a\",\"argv\":[\"x\"],\"wieght\":1}\n"
      "{\"name\":\"b\",\"argv\":[\"x\"],\"needs\":[\"c\"]}\n"
      "{\"name\":\"c\",\"argv\":[\"x\"],\"needs\":[\"b\"]}\n");
  INFO(error);
  for (const char* told :
       {"halt: ", "there is no pool \"z\"", "there is no job \"nowhere\"", "unknown key \"wieght\"",
        "\"a\" is already used by the job at line 2", "needs: a cycle: b -> c -> b"})
    CHECK(count(error, told) == 1);
  CHECK(count(error, "jobs.jsonl:") == 6);
  CHECK(count(error, "^") == 6);
  CHECK(count(jsonl_error("{\"name\":\"a\",\"argv\":[\"x\"],\"needs\":[\"b\"]}\n{\"name\":\n"),
              "jobs.jsonl:") == 1);
}

TEST_CASE("faults of many lines are told at once") {
  CHECK(count(jsonl_error("{\"a\":1}\n{\"b\":1}\n{\"argv\":[\"ok\"]}\n{\"c\":1}"), "jobs.jsonl:") ==
        3);
}
