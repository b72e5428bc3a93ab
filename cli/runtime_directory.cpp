#include "runtime_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "files/temporary_file.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

bool is_own_directory(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode) &&
         about.st_uid == ::geteuid();
}

/// The login's directory, which exists as long as the login, even if the environment does not name
/// it, as in cron; otherwise the one for temporary files.
std::pair<std::string, std::string> base_and_name() {
  const auto variable = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string(value != nullptr && *value == '/' ? value : "");
  };
  std::error_code none;
  if (std::string set = variable("XDG_RUNTIME_DIR"); std::filesystem::is_directory(set, none))
    return {std::move(set), "weir"};
  const std::string user = std::to_string(::geteuid());
  if (std::string usual = "/run/user/" + user; is_own_directory(usual))
    return {std::move(usual), "weir"};
  return {usable_temporary_directory(), "weir-" + user};
}

/// Another user could have created it first, or a link to somewhere else.
private_directory enter_own(const private_directory& in, const std::string& name,
                            const std::string& path) {
  in.add(name);
  private_directory inner = in.enter(name);
  struct stat about {};
  ::fstat(inner.fd(), &about);
  if (about.st_uid != ::geteuid() || (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw usage_error(escape(path) + ": expected a directory that only you can access (mode 0700)");
  return inner;
}

}  // namespace

runtime_directory runtime_directory::enter(const std::string& name) const {
  const std::string inner = path + '/' + name;
  return {enter_own(directory, name, inner), inner};
}

runtime_directory open_runtime_directory() {
  const auto [base, name] = base_and_name();
  const std::string path = base + '/' + name;
  return {enter_own(private_directory::open(base), name, path), path};
}

}  // namespace weir::cli
