// The files of records: what they may be, who writes them, and what becomes of them in mid-run.
#include <csignal>
#include <filesystem>

#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

struct format {
  std::string option;
  std::string file;
};

/// Those that may be written to whatever takes bytes; a journal is read again.
const std::vector<format> written_only{{"--joblog", "log"},       {"--trace", "trace.json"},
                                       {"--results", "r.jsonl"},  {"--junit", "j.xml"},
                                       {"--report", "page.html"}, {"--durations", "times"}};

std::vector<format> all_formats() {
  auto all = written_only;
  all.push_back({"--journal", "journal"});
  return all;
}

/// Formats that a run keeps for itself.
std::vector<format> locked_formats() {
  auto all = all_formats();
  std::erase_if(all, [](const format& f) { return f.option == "--durations"; });
  return all;
}

}  // namespace

TEST_CASE("a record called - is refused by every option, and nothing is started") {
  test_space t;
  auto all = all_formats();
  all.push_back({"--resume", ""});
  for (const auto& [option, file] : all) {
    const auto run = t.weir({option, "-", "CHILD", "touch", "{}", ":::", "ran"});
    INFO(option);
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains("weir: " + option + ": "));
    CHECK_FALSE(t.exists("ran"));
    CHECK_FALSE(t.exists("-"));
  }
}

TEST_CASE("a record in a directory that one may not enter is told as that") {
  test_space t;
  const std::string user =
      ::geteuid() == 0 ? "setpriv --reuid=65534 --clear-groups $WEIR " : "$WEIR ";
  t.shell("chmod 755 .; mkdir priv; chmod 600 priv");
  auto all = all_formats();
  all.push_back({"--resume", "x"});
  for (const auto& [option, file] : all)
    for (const std::string& place : {"priv/" + file, "priv/deeper/" + file}) {
      const auto run = t.shell(user + option + " " + place + " echo ::: 1 | cat");
      CHECK(run.out.empty());
      CHECK(run.err ==
            "weir: " + option + ": " + place + " cannot be written: Permission denied\n");
    }
}

TEST_CASE("a FIFO that nobody reads is told as one") {
  test_space t;
  const auto run = t.shell("mkfifo p; $WEIR --joblog p touch {} ::: ran; echo $?");
  CHECK(run.out == "2\n");
  CHECK(run.err == "weir: --joblog: p is a FIFO that nobody reads: start its reader first\n");
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("a record's reader that stands still does not hold up the run") {
  test_space t;
  // The last job is what has the reader go on, long after the FIFO is full.
  const auto run = t.shell(
      "mkfifo p; exec 3<>p; { $CHILD wait-for go; cat; } < p > log 3<&- & "
      "$WEIR -j2 --joblog p ': " +
      std::string(1000, 'x') +
      "; case {} in 200) exec $CHILD touch go;; esac' ::: $(seq 200) 3<&-; rc=$?; exec 3<&-; wait; "
      "wc -l < log; exit $rc");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "201\n");
}

TEST_CASE("a directory, and a FIFO that nobody reads, is no record, whatever the option") {
  test_space t;
  t.shell("mkdir dir; mkfifo fifo");
  for (const auto& [option, file] : all_formats())
    for (const std::string place : {"dir", "fifo"}) {
      if (option == "--results" && place == "dir") continue;  // results may be a directory
      const auto run = t.weir({option, place, "CHILD", "touch", "{}", ":::", "ran"});
      INFO(option << ' ' << place << ' ' << run.err);
      CHECK(run.exit_code() == 2);
      CHECK_THAT(run.err, Contains("weir: " + option + ": " + place + " "));
      CHECK_FALSE(t.exists("ran"));
    }
}

TEST_CASE("a record may be a pipe that is read, as of another program") {
  test_space t;
  for (const auto& [option, file] : written_only) {
    if (option == "--results" || option == "--durations") continue;
    const auto run = t.shell("$WEIR " + option + " /dev/stdout $CHILD say {} ::: a | cat");
    INFO(option << run.err);
    CHECK(run.out.size() > 50);
  }
}

TEST_CASE("a record that nobody wants may be /dev/null") {
  test_space t;
  for (const auto& [option, file] : written_only) {
    if (option == "--results") continue;
    const auto run = t.weir({option, "/dev/null", "CHILD", "say", "{}", ":::", "a"});
    INFO(option);
    CHECK(run.exit_code() == 0);
    CHECK(run.out == "a\n");
  }
}

TEST_CASE("a directory of results that is a symbolic link is named as such") {
  test_space t;
  fs::create_directories(t.path("old"));
  fs::create_directories(t.path("other"));
  fs::create_symlink("../other", t.path("old/d"));
  const auto run = t.weir({"--results", "old", "echo", ":::", "d"});
  CHECK(run.exit_code() == 3);
  CHECK_THAT(run.err, Contains("old/d is a symbolic link, which is not followed: "));
}

TEST_CASE("a record is written to where a symbolic link leads, and the link stays") {
  test_space t;
  fs::create_directory(t.path("elsewhere"));
  for (const auto& [option, file] : all_formats())
    for (const bool there : {false, true}) {
      const std::string target = "elsewhere/" + file + (there ? ".old" : "");
      if (there && option != "--journal" && option != "--durations") t.write(target, "old\n");
      fs::remove(t.path(file));
      fs::create_symlink(target, t.path(file));
      INFO(option << there);
      CHECK(t.weir({option, file, "CHILD", "say", "{}", ":::", "a"}).exit_code() == 0);
      CHECK(fs::is_symlink(t.path(file)));
      CHECK(t.read(target).size() > 4);
      CHECK(t.read(target).find("old\n") == std::string::npos);
    }
}

TEST_CASE(
    "a record that is there keeps its mode, a new one is for nobody else but the page to pass on") {
  test_space t;
  const auto mode = [&](const std::string& name) {
    return static_cast<unsigned>(fs::status(t.path(name)).permissions());
  };
  const mode_t mask = ::umask(0);
  ::umask(mask);
  for (const auto& [option, file] : all_formats()) {
    t.weir({option, file, "CHILD", "say", "{}", ":::", "a"});
    INFO(option);
    CHECK(mode(file) == (option == "--report" ? 0666 & ~mask : 0600));
    fs::permissions(t.path(file), static_cast<fs::perms>(0640));
    t.weir({option, file, "CHILD", "say", "{}", ":::", "a"});
    CHECK(mode(file) == 0640);
  }
}

TEST_CASE("a record that is a mount point, as in a container, is written in place") {
  test_space t;
  if (t.shell("unshare -rm true").exit_code() != 0) return;
  for (const auto& [option, file] : all_formats()) {
    const auto run = t.shell(
        "touch outside inside.jsonl; unshare -rm sh -c 'mount --bind outside inside.jsonl && "
        "$WEIR " +
        option + " inside.jsonl echo ::: a'");
    INFO(option << ' ' << run.err);
    CHECK(run.exit_code() == 0);
    CHECK(t.read("outside").size() > 4);
    CHECK(t.read("inside.jsonl").empty());
    fs::remove(t.path("outside"));
  }
}

TEST_CASE("a second run on a record in use is refused and told who has it") {
  test_space t;
  for (const auto& [option, file] : locked_formats()) {
    const pid_t first =
        t.start({option, file, "CHILD", "touch", "up", "wait-for", "{}", ":::", "go"});
    t.wait_for_file("up");
    const std::string before = t.read(file);
    const auto second = t.weir({option, file, "CHILD", "touch", "ran", "{}", ":::", "a"});
    INFO(option);
    CHECK(second.exit_code() == 2);
    CHECK_THAT(second.err, Contains(option + ": " + file + " is in use by weir process " +
                                    std::to_string(first)));
    CHECK_FALSE(t.exists("ran"));
    CHECK(t.read(file).rfind(before, 0) == 0);
    t.write("go", "");
    CHECK(t.join(first).exit_code() == 0);
    CHECK(t.read(file).size() > 4);
    CHECK(t.weir({option, file, "CHILD", "say", "{}", ":::", "a"}).exit_code() == 0);
    fs::remove(t.path("go"));
    fs::remove(t.path("up"));
  }
}

TEST_CASE("a directory of results in use is refused as well") {
  test_space t;
  const pid_t first =
      t.start({"--results", "out", "CHILD", "touch", "up", "wait-for", "{}", ":::", "go"});
  t.wait_for_file("up");
  const auto second = t.weir({"--results", "out", "CHILD", "say", "{}", ":::", "go"});
  CHECK(second.exit_code() == 2);
  CHECK_THAT(second.err,
             Contains("--results: out is in use by weir process " + std::to_string(first)));
  t.write("go", "");
  CHECK(t.join(first).exit_code() == 0);
}

TEST_CASE("a record that is removed, replaced or truncated while it is written is told once") {
  test_space t;
  const std::vector<std::pair<std::string, std::string>> deeds{
      {"rm -r ", "removed"},
      {"perl -e \"rename q(%), q(old); rename q(other), q(%)\"; : ", "replaced"},
      {": > ", "truncated"}};
  auto formats = locked_formats();
  std::erase_if(formats,
                [](const format& f) { return f.option == "--junit" || f.option == "--report"; });
  formats.push_back({"--results", "out"});
  for (const auto& [option, file] : formats)
    for (const auto& [deed, told] : deeds) {
      if (file == "out" && told == "truncated") continue;
      for (const char* each : {"old", "other"}) fs::remove_all(t.path(each));
      if (file == "out")
        fs::create_directory(t.path("other"));
      else
        t.write("other", "");
      std::string command = deed + file;
      while (command.find('%') != std::string::npos) command.replace(command.find('%'), 1, file);
      const auto run =
          t.shell("$WEIR -j1 " + option + " " + file + " 'case {} in write) ;; harm) " +
                  "until grep -qr . " + file + "; do sleep 0.01; done; " + command +
                  ";; *) $CHILD forever ;; esac' ::: write harm last");
      INFO(option << ' ' << deed << '\n' << run.err);
      CHECK(run.exit_code() == 3);
      CHECK_THAT(run.err,
                 Contains("weir: " + file + ": " + told + " while the run was writing it\n"));
      CHECK(run.err.find(told) == run.err.rfind(told));
      CHECK_THAT(run.err, Contains("stopped by the error above"));
      fs::remove_all(t.path(file));
    }
}

TEST_CASE("a record whose reader goes is told, and is no quiet end") {
  test_space t;
  const auto run = t.shell(
      "mkfifo p; { read line < p; : > gone; } & "
      "$WEIR --joblog p 'until [ -e gone ]; do sleep 0.01; done; : {}' ::: a");
  INFO(run.err);
  CHECK(run.exit_code() == 3);
  CHECK_THAT(run.err, Contains("weir: p: Broken pipe\n"));
}

TEST_CASE("a link in a circle is refused by every option") {
  test_space t;
  fs::create_symlink("loop", t.path("loop"));
  auto all = all_formats();
  all.push_back({"--results", ""});
  for (const auto& [option, file] : all) {
    const auto run = t.weir({option, "loop", "CHILD", "touch", "{}", ":::", "ran"});
    INFO(option << ' ' << run.err);
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains(option + ": loop cannot be ") &&
                            Contains("Too many levels of symbolic links"));
    CHECK_FALSE(t.exists("ran"));
  }
}

TEST_CASE("a directory of results is made where a link leads") {
  test_space t;
  fs::create_symlink("not/there", t.path("link"));
  const auto run = t.weir({"--results", "link", "CHILD", "say", "{}", ":::", "a"});
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(fs::is_symlink(t.path("link")));
  CHECK(t.read("not/there/a/stdout") == "a\n");
}

TEST_CASE("two records of one file by different paths are told of each other") {
  test_space t;
  fs::create_symlink("log", t.path("link"));
  const auto run = t.weir({"--joblog", "log", "--trace", "link", "CHILD", "say", "{}", ":::", "a"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err == "weir: --trace: link is also --joblog: expected a file of its own\n");
  if (t.shell("unshare -rm true").exit_code() != 0) return;
  const auto mounted = t.shell(
      "mkdir a b; unshare -rm sh -c 'mount --bind a b && $WEIR --joblog a/log --trace b/log echo "
      "::: x'");
  CHECK(mounted.exit_code() == 2);
  CHECK_THAT(mounted.err, Contains("--trace: b/log is also ") && Contains("of its own"));
}

TEST_CASE("a record put together at the end is there also when the older one was removed") {
  test_space t;
  for (const std::string option : {"--junit", "--report"}) {
    CHECK(t.shell("$WEIR " + option + " f 'rm f; : {}' ::: x").exit_code() == 0);
    CHECK(t.read("f").size() > 100);
    fs::remove(t.path("f"));
  }
}

TEST_CASE("a run that is killed leaves the older record that is put together at the end, or none") {
  test_space t;
  for (const std::string option : {"--junit", "--report"})
    for (const std::string before : {"", "older\n"}) {
      if (!before.empty()) t.write("f", before);
      const pid_t weir = t.start({option, "f", "CHILD", "touch", "up", "forever", ":::", "a"});
      t.wait_for_file("up");
      const pid_t engine = t.engine_of(weir);
      ::kill(weir, SIGSTOP);  // the keeper cannot see the engine's end
      ::kill(engine, SIGKILL);
      ::kill(weir, SIGKILL);
      t.join(weir);
      INFO(option);
      CHECK(t.exists("f") == !before.empty());
      if (!before.empty()) CHECK(t.read("f") == before);
      fs::remove(t.path("up"));
      for (const pid_t each : t.survivors()) ::kill(each, SIGKILL);
      // Until it is over in full it holds the lock.
      const auto over = [&] {
        return std::string("?ZX").find(process_stat(engine).state) != std::string::npos;
      };
      test_space::eventually(over);
      CHECK(t.weir({option, "f", "CHILD", "say", "{}", ":::", "a"}).exit_code() == 0);
      CHECK(t.read("f").size() > 100);
      CHECK_FALSE(t.exists(".f.weir"));
      fs::remove(t.path("f"));
    }
}

TEST_CASE("a run that is refused has emptied no record, and made none") {
  test_space t;
  for (const auto& [option, file] : locked_formats()) {
    const std::string other = option == "--trace" ? "--joblog" : "--trace";
    CHECK(t.weir({option, file, "CHILD", "say", "{}", ":::", "a"}).exit_code() == 0);
    const std::string before = t.read(file);
    INFO(option);
    CHECK(t.weir({option, file, other, "no/such", "CHILD", "say", "{}", ":::", "b"}).exit_code() ==
          2);
    CHECK(t.read(file) == before);
  }
  for (const std::string option : {"--junit", "--report"}) {
    CHECK(t.weir({option, "new", "--trace", "no/such", "CHILD", "say", ":::", "b"}).exit_code() ==
          2);
    CHECK_FALSE(t.exists("new"));
  }
}

TEST_CASE("two options that lead to one file are refused, by whatever paths") {
  test_space t;
  t.write("log", "old\n");
  fs::create_symlink("log", t.path("link"));
  fs::create_symlink("nowhere", t.path("dangling"));
  fs::create_hard_link(t.path("log"), t.path("hard"));
  fs::create_directory(t.path("dir"));
  for (const auto& [a, b] :
       std::vector<std::pair<std::string, std::string>>{{"log", "link"},
                                                        {"log", "hard"},
                                                        {"log", "dir/../log"},
                                                        {"log", t.path("log")},
                                                        {"new", "./new"},
                                                        {"dangling", "nowhere"}}) {
    const auto run = t.weir({"--joblog", a, "--trace", b, "CHILD", "touch", "{}", ":::", "ran"});
    INFO(a << ' ' << b);
    CHECK(run.exit_code() == 2);
    CHECK_FALSE(t.exists("ran"));
    CHECK(t.read("log") == "old\n");
  }
}
