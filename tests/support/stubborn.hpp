/// Jobs that outlive careless runners.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace test {

/// Arguments for weir: two jobs that obey nothing but SIGKILL, and have children in their group, in
/// sessions of their own, and orphaned. Each leaves "up1", "up2" when all of them are there.
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
