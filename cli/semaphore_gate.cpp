#include "semaphore_gate.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "process/process_table.hpp"
#include "runtime_directory.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

constexpr std::string_view prefix = "id-";
constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_command = 400;

runtime_directory semaphores() {
  return open_runtime_directory().enter("sem");
}

/// Encoded as part of a URL, so that it can be decoded.
std::string name_of(std::string_view id) {
  std::string name(prefix);
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_';
    constexpr std::string_view digits = "0123456789abcdef";
    if (plain)
      name += c;
    else
      name.append({'%', digits[byte / 16], digits[byte % 16]});
  }
  if (name.size() > longest_name)
    throw usage_error("--id: expected a name of up to 65 bytes, found " +
                      std::to_string(id.size()));
  return name;
}

std::string id_of(std::string_view name) {
  name.remove_prefix(prefix.size());
  std::string id;
  for (std::size_t i = 0; i < name.size(); ++i) {
    unsigned byte = 0;
    if (name[i] != '%' || i + 2 >= name.size()) {
      id += name[i];
      continue;
    }
    std::from_chars(name.data() + i + 1, name.data() + i + 3, byte, 16);
    id += static_cast<char>(byte);
    i += 2;
  }
  return id;
}

/// As printed by tty(1), which GNU sem calls.
std::string name_of_terminal() {
  const char* const name = ::ttyname(STDIN_FILENO);
  return name == nullptr ? "not a tty" : name;
}

/// PID, seconds since 1970, command.
void add_line(std::string& lines, std::string_view id, const semaphore_holder& holder) {
  long pid = 0;
  long long since = 0;
  int at = 0;
  if (std::sscanf(holder.text.c_str(), "%ld %lld %n", &pid, &since, &at) < 2) at = 0;
  const auto process = read_process(static_cast<pid_t>(pid));
  const bool gone = !process || !is_alive(*process);
  const auto age = since > 0 ? std::time(nullptr) - since : 0;
  lines += escape(id) + '\t' + std::to_string(holder.slot + 1) + '\t' + std::to_string(pid) + '\t' +
           std::to_string(age) + '\t' + escape(holder.text.substr(static_cast<std::size_t>(at))) +
           (gone ? "\tsem was killed; its command is still running" : "") + '\n';
}

}  // namespace

bool semaphore_gate::take_slot() {
  if (!limit_) {
    file_->enter_at_once();
    return true;
  }
  if (file_->enter(*limit_, request_.patience)) return true;
  std::fprintf(stderr, "sem: no slot was free in time: %s\n",
               request_.goes_on ? "running the command anyway" : "giving up");
  if (request_.goes_on) file_->enter_at_once();
  return request_.goes_on;
}

std::optional<int> semaphore_gate::enter() {
  constexpr int gave_up = 1;
  const std::string id = request_.id ? *request_.id : name_of_terminal();
  file_.emplace(semaphores().directory, name_of(id));
  if (request_.waits_for_all)
    return file_->wait_until_empty(request_.patience) || request_.goes_on ? 0 : gave_up;
  if (!take_slot()) return gave_up;
  if (!request_.in_front) {
    const pid_t child = ::fork();
    if (child < 0) throw io_error(errno, "fork");
    if (child > 0) ::_exit(0);
  }
  file_->tell(std::to_string(::getpid()) + ' ' + std::to_string(std::time(nullptr)) + ' ' +
              command_.substr(0, longest_command));
  return std::nullopt;
}

void semaphore_gate::leave() noexcept {
  if (file_) file_->leave();
}

std::string list_holders(const std::optional<std::string>& id) {
  const runtime_directory all = semaphores();
  std::vector<std::string> names;
  if (id) names.push_back(name_of(*id));
  if (!id)
    for (const auto& entry : std::filesystem::directory_iterator(all.path))
      if (entry.path().filename().native().starts_with(prefix))
        names.push_back(entry.path().filename().native());
  std::string lines;
  for (const std::string& name : names)
    for (const semaphore_holder& holder : semaphore_file(all.directory, name).holders())
      add_line(lines, id_of(name), holder);
  return lines;
}

}  // namespace weir::cli
