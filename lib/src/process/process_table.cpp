#include "process/process_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <fmt/format.h>

#include "loop/owned_fd.hpp"
#include "process/own_children.hpp"

namespace weir {

namespace {

/// Takes the next blank-separated number off the front of `text`.
template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool links_to_this_process() {
  std::array<char, 16> link;
  const ssize_t size = ::readlink("/proc/self", link.data(), link.size());
  if (size <= 0) return false;
  return std::string_view(link.data(), static_cast<std::size_t>(size)) ==
         fmt::format_int(::getpid()).c_str();
}

}  // namespace

bool proc_is_ours() {
  static const bool ours = links_to_this_process();
  return ours;
}

std::optional<process_entry> parse_stat(std::string_view line) {
  process_entry entry;
  // "pid (command) state ppid pgrp session ...": the command may hold blanks and parentheses.
  const auto close = line.rfind(')');
  if (close == std::string_view::npos || close + 2 >= line.size()) return std::nullopt;
  std::string_view head = line;
  if (!take_number(head, entry.pid)) return std::nullopt;
  entry.state = line[close + 2];
  std::string_view rest = line.substr(close + 3);
  if (!take_number(rest, entry.parent) || !take_number(rest, entry.group) ||
      !take_number(rest, entry.session))
    return std::nullopt;
  constexpr int fields_before_start = 21 - 6;  // tty_nr (7) to itrealvalue (21)
  long long skipped = 0;
  for (int i = 0; i < fields_before_start; ++i)
    if (!take_number(rest, skipped)) return std::nullopt;
  if (!take_number(rest, entry.start_time)) return std::nullopt;
  return entry;
}

std::optional<process_entry> read_process(pid_t pid) {
  if (!proc_is_ours()) return std::nullopt;
  std::array<char, 32> path;
  *fmt::format_to(path.data(), "/proc/{}/stat", pid) = '\0';
  const owned_fd file(::open(path.data(), O_RDONLY | O_CLOEXEC));
  std::array<char, 1024> text;
  const ssize_t size = file.value() < 0 ? -1 : ::read(file.value(), text.data(), text.size());
  if (size <= 0) return std::nullopt;
  return parse_stat({text.data(), static_cast<std::size_t>(size)});
}

namespace {

/// Most rounds find nothing new. There is an end to them, should orphans come for ever.
constexpr int most_rounds = 100;

/// A series of processes, each the child of one that has ended, may have moved on whenever its
/// entry is read. Since orphans become children of ours, it is among those, which are read last.
void add_missing_children(std::vector<process_entry>& table) {
  own_children list;
  for (int round = 0; round < most_rounds; ++round) {
    const auto children = list.read();
    const std::size_t before = table.size();
    for (const pid_t pid : children.value_or(std::vector<pid_t>())) {
      const auto place = std::ranges::lower_bound(table, pid, {}, &process_entry::pid);
      if (place != table.end() && place->pid == pid) continue;
      if (const auto process = read_process(pid)) table.insert(place, *process);
    }
    if (table.size() == before) return;
  }
}

}  // namespace

std::vector<process_entry> read_process_table() {
  std::vector<process_entry> table;
  if (!proc_is_ours()) return table;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return table;
  while (const dirent* entry = ::readdir(proc.get())) {
    const std::string_view name = entry->d_name;
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size()) continue;
    if (const auto process = read_process(pid)) table.push_back(*process);
  }
  std::ranges::sort(table, {}, &process_entry::pid);
  add_missing_children(table);
  return table;
}

const process_entry* find_process(const std::vector<process_entry>& table, pid_t pid) {
  const auto place = std::lower_bound(table.begin(), table.end(), pid,
                                      [](const auto& entry, pid_t p) { return entry.pid < p; });
  return place != table.end() && place->pid == pid ? &*place : nullptr;
}

std::string alive_text(pid_t pid, char state) {
  if (state == '?')
    return fmt::format("process group {} is alive, in a state that only /proc could tell", pid);
  return fmt::format("process {} is alive in state {}", pid, state);
}

bool is_alive(const process_entry& process) noexcept {
  return process.state != 'Z' && process.state != 'X';
}

namespace {

/// The table is not an atomic picture, so parents could form a cycle.
constexpr int most_parents = 4096;

}  // namespace

bool belongs_to(pid_t root, const process_entry& process, const std::vector<process_entry>& table) {
  const process_entry* at = &process;
  for (int i = 0; i < most_parents && at != nullptr; ++i) {
    if (at->is_of(root)) return true;
    at = find_process(table, at->parent);
  }
  return false;
}

const process_entry* branch_of(pid_t ancestor, const process_entry& process,
                               const std::vector<process_entry>& table) {
  const process_entry* at = process.pid == ancestor ? nullptr : &process;
  for (int i = 0; at != nullptr && at->parent != ancestor; ++i)
    at = i < most_parents ? find_process(table, at->parent) : nullptr;
  return at;
}

std::vector<process_entry> read_ancestry(pid_t pid) {
  std::vector<process_entry> line;
  while (pid != 0 && line.size() < most_parents) {
    const auto process = read_process(pid);
    if (!process) break;
    line.push_back(*process);
    pid = process->parent;
  }
  std::sort(line.begin(), line.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return line;
}

namespace {

std::string read_whole(pid_t pid, std::string_view name) {
  std::string text;
  if (!proc_is_ours()) return text;
  const owned_fd file(::open(fmt::format("/proc/{}/{}", pid, name).c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 16384> buffer;
  for (ssize_t n; (n = ::read(file.value(), buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  return text;
}

}  // namespace

std::string read_environment(pid_t pid) {
  return read_whole(pid, "environ");
}

bool has_arguments(pid_t pid) {
  return !read_whole(pid, "cmdline").empty();
}

std::string read_command(pid_t pid) {
  std::string text = read_whole(pid, "cmdline");
  while (!text.empty() && text.back() == '\0') text.pop_back();
  std::replace(text.begin(), text.end(), '\0', ' ');
  if (!text.empty()) return text;
  text = read_whole(pid, "comm");
  if (!text.empty()) text.pop_back();  // the newline
  return fmt::format("[{}]", text);
}

std::uint64_t ticks_now() {
  static const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * per_second +
         static_cast<std::uint64_t>(now.tv_nsec) * per_second / 1'000'000'000;
}

void sort_by_age(std::vector<process_entry>& some) {
  std::ranges::sort(some, {},
                    [](const process_entry& p) { return std::pair(p.start_time, p.pid); });
}

bool signal_process(const process_entry& process, int signal) {
  const owned_fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (pidfd.value() < 0) return false;
  // The descriptor pins the process; only now is the comparison conclusive.
  const auto now = read_process(process.pid);
  if (!now || now->start_time != process.start_time) return false;
  return ::syscall(SYS_pidfd_send_signal, pidfd.value(), signal, nullptr, 0) == 0;
}

}  // namespace weir
