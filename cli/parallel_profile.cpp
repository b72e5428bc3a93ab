#include "parallel_profile.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

#include <weir/error.hpp>

#include "environment_variable.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// parallel(1), FILES: in that order.
std::vector<std::string> directories() {
  std::vector<std::string> all;
  const auto add = [&](std::string_view base, std::string_view below) {
    if (!base.empty()) all.push_back(std::string(base) + std::string(below) + '/');
  };
  add(environment_variable("PARALLEL_HOME"), "");
  add(environment_variable("XDG_CONFIG_HOME"), "/parallel");
  const std::string shared = environment_variable("XDG_CONFIG_DIRS");
  for (std::string_view rest = shared; !rest.empty();) {
    const auto end = std::min(rest.find(':'), rest.size());
    add(rest.substr(0, end), "/parallel");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  add(environment_variable("HOME"), "/.parallel");
  return all;
}

std::vector<std::string> paths_of(const std::string& name) {
  if (name.starts_with('/') || name.starts_with("./")) return {name};
  std::vector<std::string> paths = directories();
  for (std::string& path : paths) path += name;
  return paths;
}

bool is_comment(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return line.starts_with('#');
}

}  // namespace

parallel_profile read_profile(const std::string& option, const std::string& name) {
  parallel_profile profile;
  int error = 0;
  for (const std::string& path : paths_of(name)) {
    errno = 0;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
      if (!is_comment(line)) (profile.text += line) += '\n';
    const bool read = file.is_open() && !file.bad();
    profile.found = profile.found || read;
    if (!read && errno != ENOENT && errno != ENOTDIR) error = errno;
  }
  if (!profile.found && error != 0)
    throw usage_error(option + ": " + escape(name) + ": " + std::strerror(error));
  return profile;
}

}  // namespace weir::cli
