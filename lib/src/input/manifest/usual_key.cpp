#include "input/manifest/usual_key.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace weir::doc {

namespace {

// In lower case, without blanks, dashes and underscores. From GitHub Actions, GitLab CI, docker
// compose, go-task, just, Nomad, systemd, and weir's own options.
constexpr std::pair<std::string_view, std::string_view> names_elsewhere[] = {
    {"after", "needs"},
    {"args", "argv"},
    {"attempts", "times"},
    {"backoffmax", "max"},
    {"chdir", "dir"},
    {"cmd", "run"},
    {"cmds", "run"},
    {"codes", "on"},
    {"command", "run"},
    {"concurrency", "limit"},
    {"continueonerror", "allow-failure"},
    {"count", "times"},
    {"cwd", "dir"},
    {"default", "defaults"},
    {"delay", "backoff"},
    {"dependencies", "needs"},
    {"depends", "needs"},
    {"dependson", "needs"},
    {"deps", "needs"},
    {"directory", "dir"},
    {"environment", "env"},
    {"envs", "env"},
    {"exec", "argv"},
    {"exitcodes", "ok"},
    {"failfast", "halt"},
    {"grace", "close-timeout"},
    {"graceperiod", "close-timeout"},
    {"id", "name"},
    {"ignoreerror", "allow-failure"},
    {"ignoreerrors", "allow-failure"},
    {"input", "stdin"},
    {"jobs", "job"},
    {"jobs", "limit"},
    {"killtimeout", "close-timeout"},
    {"limit", "capacity"},
    {"maxbackoff", "max"},
    {"maxdelay", "max"},
    {"maxparallel", "limit"},
    {"need", "needs"},
    {"parallel", "limit"},
    {"pools", "pool"},
    {"requires", "needs"},
    {"retries", "times"},
    {"retrycount", "retry"},
    {"script", "run"},
    {"shellcommand", "run"},
    {"size", "capacity"},
    {"slots", "weight"},
    {"status", "on"},
    {"steps", "job"},
    {"strategy", "matrix"},
    {"success", "ok"},
    {"successcodes", "ok"},
    {"task", "job"},
    {"tasks", "job"},
    {"timeoutminutes", "timeout"},
    {"units", "capacity"},
    {"variables", "env"},
    {"vars", "env"},
    {"when", "on"},
    {"workdir", "dir"},
    {"workers", "limit"},
    {"workingdir", "dir"},
    {"workingdirectory", "dir"},
};

std::string folded(std::string_view key) {
  std::string letters;
  for (const char c : key) {
    if (c == '-' || c == '_' || c == ' ') continue;
    letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return letters;
}

}  // namespace

std::optional<std::string_view> usual_key(std::string_view key,
                                          const std::vector<std::string_view>& known) {
  constexpr std::size_t longest = 64;  // the longest key worth guessing
  if (key.size() > longest) return std::nullopt;
  const std::string same = folded(key);
  for (const std::string_view ours : known)
    if (folded(ours) == same) return ours;
  for (const auto& [elsewhere, ours] : names_elsewhere)
    if (elsewhere == same && std::ranges::find(known, ours) != known.end()) return ours;
  return std::nullopt;
}

}  // namespace weir::doc
