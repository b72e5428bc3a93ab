#include "input/manifest/matrix.hpp"

#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;
using Catch::Contains;
using Catch::StartsWith;
using doc::combinations;
using doc::matrix;

namespace {

using rows = std::vector<doc::combination>;

std::vector<std::string> names(const manifest& m) {
  std::vector<std::string> all;
  for (const manifest_job& job : m.jobs) all.push_back(job.spec.name);
  return all;
}

}  // namespace

TEST_CASE("the last axis varies fastest") {
  const matrix m{{{"a", {"1", "2"}}, {"b", {"x", "y"}}}, {}, {}};
  CHECK(combinations(m) == rows{{"1", "x"}, {"1", "y"}, {"2", "x"}, {"2", "y"}});
}

TEST_CASE("exclude takes away what has all its pairs") {
  const matrix m{
      {{"a", {"1", "2"}}, {"b", {"x", "y"}}}, {{{"a", "1"}}, {{"a", "2"}, {"b", "x"}}}, {}};
  CHECK(combinations(m) == rows{{"2", "y"}});
}

TEST_CASE("include does what GitHub's documentation shows") {
  // https://docs.github.com/actions/using-jobs/using-a-matrix-for-your-jobs, "fruit" and "animal"
  const matrix m{{{"fruit", {"apple", "pear"}}, {"animal", {"cat", "dog"}}},
                 {},
                 {{{"color", "green"}},
                  {{"color", "pink"}, {"animal", "cat"}},
                  {{"fruit", "apple"}, {"shape", "circle"}},
                  {{"fruit", "banana"}},
                  {{"fruit", "banana"}, {"animal", "cat"}}}};
  CHECK(doc::keys_of(m) == std::vector<std::string>{"fruit", "animal", "color", "shape"});
  CHECK(combinations(m) == rows{{"apple", "cat", "pink", "circle"},
                                {"apple", "dog", "green", "circle"},
                                {"pear", "cat", "pink", ""},
                                {"pear", "dog", "green", ""},
                                {"banana", "", "", ""},
                                {"banana", "cat", "", ""}});
}

TEST_CASE("a matrix of include alone has one combination for each entry") {
  const matrix m{{}, {}, {{{"a", "1"}}, {{"a", "2"}}}};
  CHECK(combinations(m) == rows{{"1"}, {"2"}});
}

TEST_CASE("an excluded combination can come back by include") {
  const matrix m{{{"a", {"1"}}}, {{{"a", "1"}}}, {{{"a", "1"}}}};
  CHECK(combinations(m) == rows{{"1"}});
}

TEST_CASE("the values of a matrix fill name, argv, env, dir and stdin") {
  const manifest m = toml(R"(
[[job]]
name = "lint-{dir}"
argv = ["eslint", "--in={dir}", "{n}"]
matrix = { dir = ["a b", "c"], n = [1] }
env = { D = "<{dir}>" }
dir = "packages/{dir}"
stdin = { text = "{dir}\n" }
)");
  CHECK(names(m) == std::vector<std::string>{"lint-a b", "lint-c"});
  const job_spec& job = m.jobs.at(0).spec;
  CHECK(job.argv == argument_list{"eslint", "--in=a b", "1"});
  CHECK(job.settings->env == env_changes{{"D", "<a b>"}});
  CHECK(job.settings->dir == "packages/a b");
  CHECK(job.settings->input == job_input{text_input{"a b\n"}});
}

TEST_CASE("in a script the values are data, never code") {
  const manifest m = toml(R"_(
[[job]]
run = "printf '%s' {x} | cat"
matrix = { x = ["$(touch owned)"] }
)_");
  const auto argv = m.jobs.at(0).spec.argv.to_vector();
  CHECK(argv.at(2).find("touch") == std::string::npos);
  CHECK(argv.back() == "$(touch owned)");
}

TEST_CASE("a name without any {key} gets the values in parentheses") {
  const manifest m = toml(R"(
[[job]]
name = "test"
argv = ["t"]
matrix = { os = ["linux"], v = [12, 13], fast = [true] }
)");
  CHECK(names(m) == std::vector<std::string>{"test (linux, 12, true)", "test (linux, 13, true)"});
}

TEST_CASE("a {word} of a name that is no key of the matrix is told") {
  const auto error = [](std::string_view name) {
    return toml_error("[[job]]\nargv = [\"t\"]\nname = \"" + std::string(name) +
                      "\"\nmatrix = { os = [\"a\"], cc = [\"b\"] }\n");
  };
  CHECK_THAT(error("b-{oos}"), StartsWith("jobs.toml:4:8: name: \"{oos}\": the matrix has no such "
                                          "key, did you mean {os}?"));
  CHECK_THAT(error("b-{os}-{arch}"), StartsWith("jobs.toml:4:8: name: \"{arch}\": the matrix has "
                                                "no such key, expected {os} or {cc}"));
  CHECK_THAT(error("b-{os.}"),
             StartsWith("jobs.toml:4:8: name: \"{os.}\" is not filled in, expected {os}"));
  CHECK(error("{os}{cc}-{}-{1}-{a,b}-{ x }-${HOME}") == "");
}

TEST_CASE("elsewhere a {word} is told if it resembles a key of the matrix") {
  const auto error = [](std::string_view keys) {
    return toml_error("[[job]]\nname = \"t\"\nmatrix = { file = [\"a\"], x = [1] }\n" +
                      std::string(keys));
  };
  const std::string hint = "the matrix has no such key, did you mean ";
  CHECK_THAT(error("run = \"touch {flie}\""),
             StartsWith("jobs.toml:5:7: run: \"{flie}\": " + hint + "{file}?"));
  CHECK_THAT(error("argv = [\"touch\", \"a{File}\"]"),
             StartsWith("jobs.toml:5:18: argv: \"{File}\": " + hint + "{file}?"));
  CHECK_THAT(error("run = \"touch {file/.}\""),
             StartsWith("jobs.toml:5:7: run: \"{file/.}\" is not filled in, expected {file}"));
  CHECK_THAT(error("run = \"echo {xx}\""), Contains(hint + "{x}?"));
  for (const std::string_view other :
       {"dir = \"{flie}\"", "env = { A = \"{flie}\" }", "stdin = { text = \"{flie}\" }",
        "stdin = { file = \"{flie}\" }", "send = [\"{flie}\"]", "return = [\"{flie}\"]"})
    CHECK_THAT(error("argv = [\"t\"]\n" + std::string(other)), Contains(hint + "{file}?"));
}

TEST_CASE("braces that mean something else than a key stay text") {
  const auto jobs = [](std::string_view script) {
    return toml("[[job]]\nmatrix = { file = [\"a\"], x = [1] }\nrun = '''" + std::string(script) +
                "'''\n")
        .jobs.size();
  };
  for (const std::string_view script :
       {"awk \"{print}\" a", "find . -exec ls {} +", "echo {a,b} {1..3}", "echo ${fil} ${xx}",
        "echo \"{ \\\"flie\\\": 1 }\"", "exec {out}>log", "git show @{upstream}", "awk \"{ fil }\"",
        "#!/usr/bin/python3\nprint(f\"{flie}\")\n"})
    CHECK(jobs(script) == 1);
  CHECK(one_job("name = \"{flie}\"\nargv = [\"{flie}\"]").spec.name == "{flie}");
}

TEST_CASE("a name with only some of the keys is told when it is not unique") {
  const std::string error = toml_error(R"(
[[job]]
name = "t-{a}"
argv = ["t"]
matrix = { a = [1], b = [1, 2] }
)");
  CHECK(error.find("jobs.toml:4:8: name: \"t-1\" is the name of two combinations") == 0);
}

TEST_CASE("a value that is given twice is told in its place") {
  CHECK(job_error("matrix = { os = [\"a\", \"b\", \"a\"] }")
            .find("jobs.toml:4:28: matrix.os: \"a\" is given twice, expected each value once\n") ==
        0);
  CHECK(job_error("matrix = { n = [1, \"1\"] }").find("matrix.n: \"1\" is given twice") !=
        std::string::npos);
}

TEST_CASE("a number with a point must be quoted, or 3.10 would become 3.1") {
  CHECK(job_error("matrix = { v = [3.10] }")
            .find("jobs.toml:4:17: matrix.v: found the number 3.1, "
                  "expected a string") == 0);
}

TEST_CASE("a key of exclude that no axis has is told with a near one") {
  CHECK(job_error("matrix = { os = [\"a\"], exclude = [{ oss = \"a\" }] }")
            .find("matrix.exclude: the matrix has no key \"oss\", did you mean \"os\"?") !=
        std::string::npos);
}

TEST_CASE("a value of exclude that its key lacks is told with a near one") {
  CHECK(job_error(
            "matrix = { os = [\"linux\", \"mac\"], n = [1, 2], exclude = [{ os = \"mac\", n = 1 }, "
            "{ os = \"linx\", n = 2 }] }")
            .find("matrix.exclude: os has no value \"linx\", did you mean \"linux\"?\n") !=
        std::string::npos);
  CHECK(job_error("matrix = { v = [12], exclude = [{ v = \"13\" }] }")
            .find("jobs.toml:4:39: matrix.exclude: v has no value \"13\"") == 0);
}

TEST_CASE("a matrix of too many combinations is refused before it is made") {
  std::string keys;
  for (int i = 0; i < 20; ++i) keys += "k" + std::to_string(i) + " = [1,2,3,4,5,6,7,8,9,10]\n";
  const std::string error = job_error("[job.matrix]\n" + keys);
  CHECK(error.find("expected at most 100000 combinations") != std::string::npos);
}
