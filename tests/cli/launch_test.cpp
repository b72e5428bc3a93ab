// How jobs come to their program, their directory and their environment.
#include "support/catch.hpp"
#include "support/count_of.hpp"
#include "support/test_space.hpp"

#include <filesystem>

#include <signal.h>

using namespace test;
namespace fs = std::filesystem;

namespace {

/// With programs that say where they are.
struct programs : test_space {
  void put(const std::string& name) {
    fs::create_directories(fs::path(path(name)).parent_path());
    write(name, "#!/bin/sh\necho " + name + " \"$@\"\n");
    fs::permissions(path(name), fs::perms(0755));
  }
  std::string path_of(const std::vector<std::string>& directories) const {
    std::string all;
    for (const std::string& each : directories) all += path(each) + ":";
    return all + "/usr/bin:/bin";
  }
};

/// Makes the slower of the two ways to start.
const std::string without_clone3 =
    "strace -f -qq -o /dev/null -e trace=clone3 "
    "-e inject=clone3:error=ENOSYS ";

bool can_trace(test_space& t) {
  return t.shell(without_clone3 + "true").exit_code() == 0;
}

}  // namespace

TEST_CASE_METHOD(programs, "a PATH of a job's own, of any length, finds its program") {
  const std::string directory = std::string(60, 'd');
  put(directory + "/mytool");
  std::string jobs = "version = 1\n";
  for (int i = 0; i < 50; ++i)
    jobs += "[[job]]\nname = 'j" + std::to_string(i) + "'\nargv = ['mytool']\nenv = { PATH = '" +
            path_of({directory}) + "' }\n";
  write("jobs.toml", jobs);
  CHECK(weir({"--file", "jobs.toml"}).exit_code() == 0);
  write("run.toml", "version = 1\n[run]\nenv = { PATH = '" + path_of({directory}) +
                        "' }\n[[job]]\nname = 'j-{n}'\nmatrix = { n = [1, 2, 3, 4, 5, 6, 7, 8] }\n"
                        "argv = ['mytool', '{n}']\n");
  CHECK(lines(weir({"--file", "run.toml"}).out).size() == 8);
}

TEST_CASE_METHOD(programs, "argv and scripts look in the same place, wherever they run") {
  put("bin/tool");
  put("sub/bin/tool");
  put("sub/here");
  const std::string both =
      "dir = 'sub'\nargv = ['tool']\n[[job]]\nname = 'script'\ndir = 'sub'\nrun = 'tool; :'\n";
  write("relative.toml",
        "version = 1\n[run]\nenv = { PATH = 'nowhere:bin' }\n"
        "[[job]]\nname = 'argv'\n" +
            both);
  CHECK(weir({"-k", "--file", "relative.toml"}).out == "sub/bin/tool\nsub/bin/tool\n");
  write("inherited.toml", "version = 1\n[[job]]\nname = 'argv'\n" + both);
  CHECK(shell("PATH=bin $WEIR -k --file inherited.toml").out == "sub/bin/tool\nsub/bin/tool\n");
  write("empty.toml",
        "version = 1\n[[job]]\nname = 'a'\ndir = 'sub'\nargv = ['here']\n"
        "env = { PATH = '' }\n");
  CHECK(weir({"--file", "empty.toml"}).out == "sub/here\n");
  write("unset.toml",
        "version = 1\n[[job]]\nname = 'a'\nargv = ['true']\nenv = { PATH = false }\n");
  CHECK(shell("PATH=/nowhere $WEIR --file unset.toml").exit_code() == 0);
}

TEST_CASE_METHOD(programs, "a program that goes in mid-run is found in the next directory") {
  const std::string gone = GENERATE("rm one/tool", "chmod -x one/tool", "rm -r one",
                                    "rm -r one; touch one", "sed -i 1s:/sh:/none: one/tool");
  const std::string retries = GENERATE("", "--retries 2 ");
  put("one/tool");
  put("two/tool");
  const std::string run = "printf '%s\\n' 'tool a' '" + gone +
                          "' 'tool b' 'tool c' | PATH=" + path_of({"one", "two"}) + " ";
  for (const std::string& way : {std::string(), without_clone3}) {
    if (!way.empty() && !can_trace(*this)) continue;
    put("one/tool");
    const auto ran = shell(run + way + "$WEIR -j1 -k " + retries);
    INFO(ran.err);
    CHECK(ran.exit_code() == 0);
    CHECK(ran.out == "one/tool a\ntwo/tool b\ntwo/tool c\n");
    fs::remove_all(path("one"));
  }
}

TEST_CASE_METHOD(programs, "a program that reads from a FIFO is looked for anew, too") {
  put("one/tool");
  put("two/tool");
  write("fifo.toml",
        "version = 1\n[[job]]\nname = 'a'\nargv = ['tool', 'a']\nstdin = { file = 'f1' }\n"
        "[[job]]\nname = 'b'\nneeds = ['a']\nargv = ['rm', 'one/tool']\n"
        "[[job]]\nname = 'c'\nneeds = ['b']\nargv = ['tool', 'c']\nstdin = { file = 'f2' }\n");
  const auto ran = shell("mkfifo f1 f2; : > f1 & : > f2 & PATH=" + path_of({"one", "two"}) +
                         " $WEIR -k --file fifo.toml");
  CHECK(ran.out == "one/tool a\ntwo/tool c\n");
  CHECK(ran.exit_code() == 0);
}

TEST_CASE_METHOD(programs, "a program that moves in mid-run is found where it is now") {
  fs::create_directory(path("one"));
  put("two/tool");
  write("jobs", "tool a\nmv two/tool one/tool\ntool b\n");
  const auto ran = shell("PATH=" + path_of({"one", "two"}) + " $WEIR -j1 -k < jobs");
  CHECK(ran.out == "two/tool a\ntwo/tool b\n");  // it says what its text says
  CHECK(ran.exit_code() == 0);
}

TEST_CASE_METHOD(programs, "a program that is nowhere any more fails, with its reason") {
  put("one/tool");
  write("jobs", "tool a\nchmod -x one/tool\ntool b\nrm one/tool\ntool c\n");
  const auto ran = shell("PATH=" + path_of({"one"}) + " $WEIR -j1 -k < jobs");
  CHECK(ran.exit_code() == 1);
  CHECK(ran.out == "one/tool a\n");
  CHECK(ran.err.find("tool: Permission denied") != std::string::npos);
  CHECK(ran.err.find("tool: command not found") != std::string::npos);
}

TEST_CASE_METHOD(programs, "a job's directory is gone to as cd does") {
  fs::create_directories(path("sub/dir"));
  fs::create_symlink("sub", path("link"));
  const auto said = [&](const std::string& settings, const std::string& script) {
    write("pwd.toml", "version = 1\n[[job]]\nname = 'a'\nargv = ['/usr/bin/env']\n" + settings);
    return shell(script + " | grep PWD= | sort").out;
  };
  const std::string plain = "$WEIR --file pwd.toml";
  const std::string here = "OLDPWD=" + path("").substr(0, path("").size() - 1);
  CHECK(said("dir = 'link/dir'\n", plain) == here + "\nPWD=" + path("link/dir") + "\n");
  CHECK(said("dir = '" + path("sub") + "/.'\n", plain) == here + "\nPWD=" + path("sub") + "\n");
  CHECK(said("dir = 'sub/..'\n", plain) == here + "\nPWD=" + here.substr(7) + "\n");
  // What a shell that went there through a link calls it.
  const std::string through = "cd link && $WEIR --file ../pwd.toml";
  CHECK(said("dir = 'dir'\n", through) ==
        "OLDPWD=" + path("link") + "\nPWD=" + path("link/dir") + "\n");
  CHECK(said("dir = 'dir'\n", "cd link && PWD=/wrong $WEIR --file ../pwd.toml") ==
        "OLDPWD=" + path("sub") + "\nPWD=" + path("sub/dir") + "\n");
  CHECK(said("dir = 'sub'\nenv = { PWD = '/mine', OLDPWD = false }\n", plain) == "PWD=/mine\n");
  CHECK(said("", "unset OLDPWD; PWD=/as/it/was " + plain) == "PWD=/as/it/was\n");
}

TEST_CASE_METHOD(programs, "what keeps every job from starting is said once, and ends the run") {
  const std::string command = GENERATE("nosuch", "./nosuch", "./data x", "./bad", "'nosuch {}'");
  write("data", "no program");
  write("bad", "#!/no/such/shell\n");
  fs::permissions(path("bad"), fs::perms(0755));
  const auto run = shell("seq 50 | $WEIR -j1 " + command);
  INFO(run.err);
  CHECK(run.exit_code() == 1);
  const auto told = run.err.find("weir: job 1 failed: ");
  CHECK(told != std::string::npos);
  CHECK(told == run.err.rfind("weir: job "));
  CHECK(run.err.find("  and 2 more jobs\n") != std::string::npos);
  CHECK(run.err.find("3 failed, ") != std::string::npos);
  CHECK(run.err.find(" not started") != std::string::npos);
}

TEST_CASE_METHOD(programs, "with --halt never a run goes on though no job can start") {
  const auto run = shell("seq 50 | $WEIR --halt never nosuch");
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("  and 49 more jobs\n") != std::string::npos);
  CHECK(run.err.find("50 failed") != std::string::npos);
}

TEST_CASE_METHOD(programs, "jobs of other programs run, however many cannot start before them") {
  CHECK(weir({"-k", "-j1"}, "no-1\nno-1\nno-1\nno-1\necho here\n").out == "here\n");
  CHECK(weir({"-k", "-j1", "{}", ":::", "no-1", "no-1", "no-1", "no-1", "pwd"}).out ==
        path("").substr(0, path("").size() - 1) + "\n");
  write("two.toml",
        "version = 1\n[[job]]\nname = 'a-{n}'\nmatrix = { n = [1, 2, 3, 4] }\n"
        "argv = ['nosuch']\n[[job]]\nname = 'b'\nargv = ['echo', 'here']\n");
  CHECK(weir({"-k", "-j1", "--file", "two.toml"}).out == "here\n");
  write("one.toml",
        "version = 1\n[[job]]\nname = 'a-{n}'\nmatrix = { n = [1, 2, 3, 4, 5, 6] }\n"
        "argv = ['nosuch']\n");
  const auto ended = weir({"-j1", "--file", "one.toml"});
  CHECK(ended.err.find("3 failed, 3 not started") != std::string::npos);
  CHECK(weir({"-j1", "--halt", "never", "--file", "one.toml"}).err.find("6 failed") !=
        std::string::npos);
}

TEST_CASE_METHOD(programs, "a missing interpreter is told from a missing program") {
  write("bad", "#!/no/such/shell -x\n");
  fs::permissions(path("bad"), fs::perms(0755));
  fs::create_directory(path("sub"));
  fs::copy(path("bad"), path("sub/bad"));
  CHECK(weir({"./bad", ":::", "x"})
            .err.find("interpreter /no/such/shell of ./bad: No such file or directory") !=
        std::string::npos);
  CHECK(shell("PATH=. $WEIR bad ::: x").err.find("interpreter /no/such/shell of ./bad: ") !=
        std::string::npos);
  write("dir.toml", "version = 1\n[[job]]\nname = 'a'\nargv = ['./bad']\ndir = 'sub'\n");
  CHECK(weir({"--file", "dir.toml"}).err.find("interpreter /no/such/shell of ") !=
        std::string::npos);
}

TEST_CASE_METHOD(test_space, "a signal to weir's whole group fails no job that is just starting") {
  // As timeout(1) and CI services send it. There are starts at any moment.
  const int signal = GENERATE(SIGTERM, SIGINT, SIGHUP);
  write("many", numbers(100000));
  for (std::size_t ends = 0; ends < 10; ++ends) {
    const pid_t weir =
        start_in_group({"-j8", "-q", "--journal", "journal", "true {}", "::::", "many"});
    eventually([&] { return count_of(read("journal"), "\"type\":\"end\"") > ends; });
    ::kill(-weir, signal);
    CHECK(join(weir).term_signal() == signal);
    CHECK(count_of(read("journal"), "\"verdict\":\"failed\"") == 0);
    fs::remove(path("journal"));
  }
}
