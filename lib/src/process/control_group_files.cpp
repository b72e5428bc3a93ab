#include "process/control_group_files.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/control_group_text.hpp"

namespace weir {

owned_fd open_group(int dir, const std::string& group) {
  return owned_fd(::openat(dir, group.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

int write_group_file(int dir, const std::string& file, std::string_view text) {
  const owned_fd fd(::openat(dir, file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.value(), text.data(), text.size()) < 0) return errno;
  return 0;
}

std::optional<std::string> read_group_file(int dir, const std::string& file) {
  const owned_fd fd(::openat(dir, file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string text;
  std::array<char, 4096> part;
  ssize_t size;
  while ((size = ::read(fd.value(), part.data(), part.size())) > 0)
    text.append(part.data(), static_cast<std::size_t>(size));
  if (size < 0) return std::nullopt;
  return text;
}

std::vector<std::string> groups_in(int dir, const std::string& group) {
  std::vector<std::string> all;
  owned_fd fd = open_group(dir, group);
  const std::unique_ptr<DIR, int (*)(DIR*)> open(fd ? ::fdopendir(fd.value()) : nullptr,
                                                 ::closedir);
  if (!open) return all;
  fd.release();
  while (const dirent* entry = ::readdir(open.get()))
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') all.emplace_back(entry->d_name);
  return all;
}

std::vector<pid_t> processes_in(int dir, const std::string& group) {
  const auto text = read_group_file(dir, group + "/cgroup.procs");
  std::vector<pid_t> all = text ? numbers_of_group(*text) : std::vector<pid_t>();
  for (const std::string& each : groups_in(dir, group)) {
    const auto more = processes_in(dir, group + '/' + each);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

bool is_populated(int dir, const std::string& group) {
  const auto events = read_group_file(dir, group + "/cgroup.events");
  return events && number_of_key(*events, "populated").value_or(0) != 0;
}

bool kill_group(int dir, const std::string& group) {
  const int error = write_group_file(dir, group + "/cgroup.kill", "1");
  if (error != ENOENT) return error == 0;
  // Before Linux 5.14. What stands still starts nothing, and does not end: its number is its own.
  if (!freeze_group(dir, group, true)) return false;
  for (const pid_t pid : processes_in(dir, group))
    if (pid > 0) ::kill(pid, SIGKILL);
  return freeze_group(dir, group, false);
}

bool freeze_group(int dir, const std::string& group, bool freeze) {
  return write_group_file(dir, group + "/cgroup.freeze", freeze ? "1" : "0") == 0;
}

int remove_group(int dir, const std::string& group) {
  if (::unlinkat(dir, group.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return 0;
  if (errno != EBUSY && errno != ENOTEMPTY) return errno;
  for (const std::string& each : groups_in(dir, group))
    if (const int error = remove_group(dir, group + '/' + each); error != 0) return error;
  return ::unlinkat(dir, group.c_str(), AT_REMOVEDIR) == 0 ? 0 : errno;
}

}  // namespace weir
