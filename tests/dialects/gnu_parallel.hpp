/// GNU parallel, where it is installed, and comparing with it.
#pragma once

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "support/catch.hpp"
#include "support/test_space.hpp"
#include "text/fnv.hpp"

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

/// Scripts with their outcomes, as digests, that GNU parallel 20221122 and weir had alike: file
/// alike.txt. So most of the time is not spent in GNU parallel, which takes a third of a second to
/// start. What weir does otherwise than there has another digest, and both are tried.
///
/// With WEIR_ASK_AGAIN=FILE everything is tried, and FILE gets the digests, for a new alike.txt.
class seen_alike {
 public:
  seen_alike(const std::string& script, const finished& outcome) {
    const std::string text = script + '\0' + std::to_string(outcome.status) + '\0' + outcome.out;
    std::ostringstream digits;
    digits << std::hex << std::setfill('0') << std::setw(16) << weir::fnv1a(text);
    digest_ = digits.str();
  }
  bool is_there() const { return again() == nullptr && all().contains(digest_); }
  void keep() const {
    if (again() != nullptr) std::ofstream(again(), std::ios::app) << digest_ + '\n';
  }

 private:
  static const char* again() { return std::getenv("WEIR_ASK_AGAIN"); }
  static const std::set<std::string>& all() {
    static const std::set<std::string> digests = [] {
      std::ifstream file(WEIR_ALIKE);
      return std::set<std::string>{std::istream_iterator<std::string>(file), {}};
    }();
    return digests;
  }

  std::string digest_;
};

/// Checks that what weir has done with the script is what GNU parallel does. That is asked again
/// where the two differ: on a busy machine it loses a line now and then (seen of --dry-run, in 1
/// run of 25), and its sem waits for a process that has gone. weir is not.
inline void check_beside_gnu(const std::string& script, const finished& ours,
                             const std::function<finished()>& ask) {
  const seen_alike seen(script, ours);
  if (seen.is_there() || !is_gnu()) return;
  INFO(script);
  finished theirs = ask();
  for (int again = 0; again < 2 && ours.out != theirs.out; ++again) theirs = ask();
  CHECK(ours.out == theirs.out);
  CHECK(ours.exit_code() == theirs.exit_code());
  if (ours.out == theirs.out && ours.exit_code() == theirs.exit_code()) seen.keep();
}

}  // namespace test
