#include "process/logical_directory.hpp"

#include <cstdlib>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>

namespace weir {

namespace {

struct freed {
  void operator()(char* path) const { std::free(path); }
};
using c_path = std::unique_ptr<char, freed>;

bool same_directory(const char* one, const char* other) {
  struct stat a {
  }, b{};
  return ::stat(one, &a) == 0 && ::stat(other, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

/// Calls `take` with each name between slashes that is neither empty nor ".".
template <typename Take>
void each_name(std::string_view path, Take take) {
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view name = path.substr(0, end);
    if (!name.empty() && name != ".") take(name);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
}

/// POSIX, environment variables: PWD has no component "." or "..".
bool is_plain(std::string_view path) {
  if (!path.starts_with('/')) return false;
  const std::string slashed = std::string(path) + '/';
  return slashed.find("/./") == std::string::npos && slashed.find("/../") == std::string::npos;
}

}  // namespace

std::string logical_directory(std::string_view pwd) {
  std::string named(pwd);
  if (is_plain(named) && same_directory(named.c_str(), ".")) return named;
  const c_path here(::getcwd(nullptr, 0));
  return here && here.get()[0] == '/' ? here.get() : "";
}

std::string logical_directory(std::string_view from, const std::string& directory) {
  const bool absolute = directory.starts_with('/');
  if (!absolute && from.empty()) return "";
  std::string path;
  bool went_up = false;
  const auto go = [&](std::string_view name) {
    if (name != "..") {
      path.append("/").append(name);
      return;
    }
    went_up = true;
    path.erase(path.empty() ? 0 : path.rfind('/'));
  };
  if (!absolute) each_name(from, go);
  each_name(directory, go);
  if (path.empty()) path = "/";
  if (!went_up || same_directory(path.c_str(), directory.c_str())) return path;
  const c_path physical(::realpath(directory.c_str(), nullptr));
  return physical ? physical.get() : "";
}

}  // namespace weir
