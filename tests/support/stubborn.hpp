/// Jobs that survive careless runners.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace test {

/// Arguments for weir: two jobs that only SIGKILL ends, with children in their group, in other
/// sessions, and orphaned. They create "up1" and "up2" once all of these are running.
inline std::vector<std::string> stubborn(std::vector<std::string> options) {
  for (const char* word :
       {"CHILD",       "ignore-term", "background", "forever", "then", "setsid",
        "ignore-term", "touch",       "s{}",        "forever", "then", "daemon",
        "ignore-term", "touch",       "d{}",        "forever", "then", "wait-for",
        "s{}",         "wait-for",    "d{}",        "touch",   "up{}", "forever",
        ":::",         "1",           "2"})
    options.emplace_back(word);
  return options;
}

}  // namespace test
