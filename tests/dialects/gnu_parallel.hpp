/// GNU parallel, where it is installed, and comparing with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "support/catch.hpp"
#include "support/test_space.hpp"

namespace test {

inline bool is_gnu() {
  static const bool is_there = [] {
    test_space t;
    return t.shell("parallel --version 2>/dev/null < /dev/null").out.find("GNU parallel") == 0;
  }();
  return is_there;
}

/// The beginning of a script whose HOME is new: puts there what GNU parallel finds out by trial and
/// keeps, as how long a command line may be. Each of the scripts would find it out anew, which
/// takes longer than all else that they do.
inline const std::string& with_gnu_home() {
  static test_space kept;
  static const std::string script = [] {
    kept.shell(
        "HOME=$PWD SHELL=/bin/bash PARALLEL_SHELL=/bin/bash; export HOME SHELL PARALLEL_SHELL; "
        "mkdir .parallel; : > .parallel/will-cite; parallel echo ::: 1");
    return "cp -R '" + kept.path(".parallel") + "' \"$HOME\"; ";
  }();
  return script;
}

/// Where all tests run again and again (R26), WEIR_SEEN names a directory, in which is kept what
/// GNU parallel has been seen to do: so most of the time is not spent in it.
class seen_before {
 public:
  seen_before(const std::string& script, const finished& outcome) {
    const char* const directory = std::getenv("WEIR_SEEN");
    if (directory == nullptr) return;
    text_ = script + '\0' + std::to_string(outcome.status) + '\0' + outcome.out;
    path_ = std::filesystem::path(directory) / std::to_string(std::hash<std::string>{}(text_));
  }
  bool is_there() const {
    std::ifstream file(path_);
    return !path_.empty() && std::string(std::istreambuf_iterator<char>(file), {}) == text_;
  }
  void keep() const {
    if (!path_.empty()) std::ofstream(path_) << text_;
  }

 private:
  std::string text_;
  std::filesystem::path path_;
};

/// Checks that what weir has done with the script is what GNU parallel does. That is asked again
/// where the two differ: on a busy machine it loses a line now and then (seen of --dry-run, in 1
/// run of 25). weir is not.
inline void check_beside_gnu(const std::string& script, const finished& ours,
                             const std::function<finished()>& ask) {
  const seen_before seen(script, ours);
  if (seen.is_there() || !is_gnu()) return;
  INFO(script);
  finished theirs = ask();
  for (int again = 0; again < 2 && ours.out != theirs.out; ++again) theirs = ask();
  CHECK(ours.out == theirs.out);
  CHECK(ours.exit_code() == theirs.exit_code());
  if (ours.out == theirs.out && ours.exit_code() == theirs.exit_code()) seen.keep();
}

}  // namespace test
