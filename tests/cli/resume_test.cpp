// What --resume runs again although it had ended, or seemed to.
#include "support/catch.hpp"

#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>

#include "support/test_space.hpp"

using Catch::Contains;
using test::test_space;

namespace {

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("what needs a job that runs again runs again, also what cleans up after it") {
  test_space space;
  const auto manifest = [](const std::string& build) {
    return "version = 1\n[[job]]\nname = 'build'\nrun = 'echo " + build +
           " >> ran'\n"
           "[[job]]\nname = 'test'\nneeds = ['build']\nrun = 'echo test >> ran'\n"
           "[[job]]\nname = 'deploy'\nneeds = ['test']\nrun = 'echo deploy >> ran; exit 1'\n"
           "[[job]]\nname = 'roll back'\nneeds = [{ job = 'deploy', on = 'failure' }]\n"
           "run = 'echo back >> ran'\n"
           "[[job]]\nname = 'other'\nrun = 'echo other >> ran'\n";
  };
  const auto ran = [&](const words& options) {
    space.write("ran", "");
    words all{"--file", "m.toml", "-j1"};
    all.insert(all.end(), options.begin(), options.end());
    space.weir(all);
    return space.read("ran");
  };
  space.write("m.toml", manifest("one"));
  CHECK(ran({"--journal", "j"}) == "one\nother\ntest\ndeploy\nback\n");
  CHECK(ran({"--resume", "j"}).empty());
  CHECK(ran({"--resume", "j", "--resume-failed"}) == "deploy\nback\n");
  CHECK(ran({"--resume", "j"}).empty());
  space.write("m.toml", manifest("two"));
  CHECK(ran({"--resume", "j"}) == "two\ntest\ndeploy\nback\n");
  CHECK(ran({"--resume", "j"}).empty());
}

TEST_CASE("a job that was stopped before its next attempt runs again") {
  test_space space;
  const auto again_with = [](words options) {
    const words job{"--retries", "5", "--retry-delay", "1h", "echo {} >> ran; ! test -e fail",
                    ":::",       "a"};
    options.insert(options.end(), job.begin(), job.end());
    return options;
  };
  space.write("fail", "");
  const auto weir = space.start(again_with({"--control=s", "--journal", "j"}));
  test_space::eventually([&] {
    return space.shell("$WEIR ctl --json ./s status").out.find("\"seconds_left\"") !=
           std::string::npos;
  });
  ::kill(weir, SIGINT);
  CHECK_THAT(space.join(weir).err, Contains("1 cancelled"));
  std::filesystem::remove(space.path("fail"));
  CHECK(space.weir(again_with({"--resume", "j"})).exit_code() == 0);
  CHECK(space.read("ran") == "a\na\n");
}

TEST_CASE("what another run left in a record is not taken for the killed run's") {
  test_space space;
  const auto run = [&](const std::string& journal) {
    return space.weir(
        {journal, "j", "--joblog", "log", "--results", "r.jsonl", "true", ":::", "a"});
  };
  CHECK(run("--journal").exit_code() == 0);
  // Killed before its job ended: its journal has two lines, its records nothing yet.
  const std::string whole = space.read("j");
  space.write("j", whole.substr(0, whole.find('\n', whole.find('\n') + 1) + 1));
  space.write("log", "left by another\n");
  space.write("r.jsonl", "left by another\n");
  CHECK(run("--resume").exit_code() == 0);
  for (const char* record : {"log", "r.jsonl"}) {
    INFO(space.read(record));
    CHECK(space.read(record).find("another") == std::string::npos);
  }
}

TEST_CASE("the end of a job waits in the journal for all of its output in a FILE.jsonl") {
  test_space space;
  // Written in 15 pieces; the second job's line comes behind it.
  const auto all = [&](const std::string& option) {
    return words{"-q",
                 "-j1",
                 option,
                 space.path("j"),
                 "--results",
                 space.path("r.jsonl"),
                 "test {} = b || head -c 15000000 /dev/zero | tr '\\0' {}; echo",
                 ":::",
                 "a",
                 "b"};
  };
  const auto parts = [&](const std::string& file, const std::string& part) {
    const std::string text = space.read(file);
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  const auto ends = [&] { return parts("j", "\"type\":\"end\""); };
  const auto lines = [&] { return parts("r.jsonl", "}\n"); };
  const pid_t pid = space.start(all("--journal"));
  space.wait_for_file("r.jsonl");
  const pid_t engine = space.engine_of(pid);
  const auto size = [&] { return std::filesystem::file_size(space.path("r.jsonl")); };
  while (size() < 2'000'000 && ends() == 0) std::this_thread::yield();
  ::kill(engine, SIGKILL);
  space.join(pid);
  CHECK(ends() <= lines());
  const auto again = space.weir(all("--resume"));
  CHECK(again.exit_code() == 0);
  CHECK(ends() == 2);
  CHECK(lines() >= 2);
  CHECK(size() > 15'000'000);
}

TEST_CASE("a job whose result could not be written runs again") {
  test_space space;
  for (const std::string name : {"full.jsonl", "full.csv", "full.tsv", "full.json"}) {
    INFO(name);
    const bool by_journal = name.ends_with(".jsonl");
    std::filesystem::create_symlink("/dev/full", space.path(name));
    const std::string good = "r" + name.substr(name.find('.'));
    const auto run = [&](bool again, const std::string& results) {
      words all = by_journal ? words{again ? "--resume" : "--journal", "j"}
                             : words{"--as", "parallel", "--joblog", "log"};
      if (again && !by_journal) all.push_back("--resume");
      for (const std::string& word :
           words{"--results", results, "echo x >> ran; echo result; : {}", ":::", "a"})
        all.push_back(word);
      return space.weir(all).exit_code();
    };
    space.write("ran", "");
    std::filesystem::remove(space.path("log"));
    CHECK(run(false, name) != 0);
    CHECK(run(true, good) == 0);
    CHECK(space.read("ran") == "x\nx\n");
    CHECK_THAT(space.read(good), Contains("result"));
    CHECK(run(true, good) == 0);
    CHECK(space.read("ran") == "x\nx\n");
  }
}

// Killed between two of its records, a run has left the job in the first one only.
TEST_CASE("a job that runs again has one row in each record") {
  test_space space;
  const auto times = [&](const std::string& file, const std::string& part) {
    const std::string text = space.read(file);
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  const auto without_last_lines = [&](const std::string& file, int lines) {
    std::string text = space.read(file);
    for (; lines > 0; --lines) text.erase(text.rfind('\n', text.size() - 2) + 1);
    space.write(file, text);
  };
  const words jobs{"-j1", "echo ran-{}", ":::", "1", "2", "3"};
  const auto run = [&](words options) {
    options.insert(options.end(), jobs.begin(), jobs.end());
    return space.weir(options).exit_code();
  };
  CHECK(run({"--journal", "j", "--joblog", "jlog", "--results", "r.jsonl"}) == 0);
  without_last_lines("j", 2);  // the last job's end, and the run's
  CHECK(run({"--resume", "j", "--joblog", "jlog", "--results", "r.jsonl"}) == 0);
  for (const char* n : {"1", "2", "3"}) {
    CHECK(times("jlog", std::string("\n") + n + "\t") == 1);
    CHECK(times("r.jsonl", std::string("ran-") + n + "\\n") == 1);
  }
  for (const std::string table : {"t.csv", "t.tsv", "t.json"}) {
    INFO(table);
    const words options{"--as", "parallel", "--joblog", "log", "--results", table, "--resume"};
    std::filesystem::remove(space.path("log"));
    CHECK(run(options) == 0);
    without_last_lines("log", 2);
    CHECK(run(options) == 0);
    // The command and the output.
    for (const char* n : {"1", "2", "3"}) CHECK(times(table, std::string("ran-") + n) == 2);
  }
}

// They have one key: number 2 was never done, and another ran twice.
TEST_CASE("of equal jobs, those run again that have not ended") {
  test_space space;
  const auto run = [&](words options, const std::string& script) {
    space.write("did", "");
    for (const std::string& word : words{"-j1", "-N0", script, ":::", "a", "b", "c", "d"})
      options.push_back(word);
    space.weir(options);
    return space.read("did");
  };
  const std::string good = "echo $WEIR_SEQ >> did";
  for (const int number : {1, 2, 4}) {
    const std::string seq = std::to_string(number);
    CHECK(run({"--journal", "j"}, good) == "1\n2\n3\n4\n");
    std::istringstream lines(space.read("j"));
    std::string left;
    for (std::string line; std::getline(lines, line);)
      if (line.find("\"type\":\"end\"") == std::string::npos ||
          line.find("\"seq\":" + seq + ",") == std::string::npos)
        left += line + '\n';
    space.write("j", left);
    CHECK(run({"--resume", "j"}, good) == seq + "\n");
    CHECK(run({"--resume", "j"}, good).empty());
  }
  const std::string bad = "echo $WEIR_SEQ >> did; test $WEIR_SEQ != 2";
  CHECK(run({"--journal", "j"}, bad) == "1\n2\n3\n4\n");
  for (int i = 0; i < 2; ++i) CHECK(run({"--resume", "j", "--resume-failed"}, bad) == "2\n");
  CHECK(run({"--resume", "j"}, bad).empty());
}
