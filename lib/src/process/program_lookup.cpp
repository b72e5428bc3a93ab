#include "process/program_lookup.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace weir {

namespace {

bool is_path(std::string_view program) {
  return program.find('/') != std::string_view::npos;
}

/// Calls `visit` with each entry of PATH until it returns true; an empty one is ".".
template <typename Visit>
bool any_entry(std::string_view path, Visit visit) {
  for (;;) {
    const std::size_t end = path.find(':');
    const std::string_view entry = path.substr(0, end);
    if (visit(entry.empty() ? "." : entry)) return true;
    if (end == std::string_view::npos) return false;
    path.remove_prefix(end + 1);
  }
}

bool is_relative(std::string_view entry) {
  return entry.front() != '/';
}

/// \returns 0, or the errno value with which executing the file would fail.
int cannot_execute(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EACCES;
  return ::access(file.c_str(), X_OK) == 0 ? 0 : errno;
}

bool contains(const std::vector<program_path>& paths, const std::string& path) {
  return std::any_of(paths.begin(), paths.end(),
                     [&](const program_path& each) { return *each == path; });
}

/// As execvp(3): a file that exists but cannot be executed is reported only if there is no other.
program_lookup::result search(std::string_view program, std::string_view path,
                              std::string_view directory,
                              const std::vector<program_path>& passed_over) {
  program_lookup::result found{nullptr, ENOENT};
  if (program.empty()) return found;
  any_entry(path, [&](std::string_view entry) {
    std::string file(entry);
    file.append("/").append(program);
    std::string seen_from_here;
    if (!directory.empty() && is_relative(entry)) seen_from_here.append(directory).append("/");
    const int error = cannot_execute(seen_from_here.append(file));
    if (error == EACCES) found.error = EACCES;
    if (error != 0 || contains(passed_over, file)) return false;
    found = {std::make_shared<const std::string>(std::move(file)), 0};
    return true;
  });
  return found;
}

}  // namespace

program_lookup::program_lookup(std::string path)
    : path_(std::move(path)), relative_(any_entry(path_, is_relative)) {}

/// Most programs are looked up by name alone.
bool program_lookup::is_common(const query& wanted) const {
  return !wanted.path && (wanted.directory.empty() || !relative_);
}

std::string_view program_lookup::path_of(const query& wanted) const {
  return wanted.path ? *wanted.path : std::string_view(path_);
}

const std::string& program_lookup::key_of(const query& wanted) {
  key_ = wanted.program;
  if (!is_common(wanted))
    key_.append(1, '\0').append(path_of(wanted)).append(1, '\0').append(wanted.directory);
  return key_;
}

const program_lookup::result& program_lookup::find(const query& wanted) {
  static const result itself;
  if (is_path(wanted.program)) return itself;
  const bool common = is_common(wanted);
  if (common && last_ != nullptr && last_name_ == wanted.program) return *last_;
  auto place = found_.find(key_of(wanted));
  const result& found =
      place != found_.end()
          ? place->second
          : keep(wanted, search(wanted.program, path_of(wanted), wanted.directory, {}));
  if (common && found.error == 0) {
    last_name_ = wanted.program;
    last_ = &found;
  }
  return found;
}

const program_lookup::result& program_lookup::find_other(const query& wanted,
                                                         const std::vector<program_path>& failed) {
  last_ = nullptr;
  found_.erase(key_of(wanted));
  return keep(wanted, search(wanted.program, path_of(wanted), wanted.directory, failed));
}

/// Something missing may appear later: only what was found is kept.
const program_lookup::result& program_lookup::keep(const query& wanted, result found) {
  if (found.error != 0) return missing_ = std::move(found);
  if (found_.size() >= most_kept) {
    last_ = nullptr;
    found_.clear();
  }
  return found_.insert_or_assign(key_of(wanted), std::move(found)).first->second;
}

}  // namespace weir
