#include "ctl.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "dialects/dialect.hpp"
#include "input/limit.hpp"
#include "loop/line_server.hpp"
#include "print.hpp"
#include "runtime_directory.hpp"
#include "text/escape.hpp"
#include "text/json_text.hpp"
#include "text/near_name.hpp"
#include "text/number.hpp"

namespace weir::cli {

namespace {

constexpr std::string_view usage =
    "Usage: weir ctl [--json] [SOCKET|PID] COMMAND\n"
    "  status        what is running, since when, and what is waiting for what\n"
    "  limit N       run N jobs at once: N, N% of the CPUs, N more (+N) or fewer (-N) than\n"
    "                the CPUs, or 0 for no limit\n"
    "  pause         start no job until resume\n"
    "  resume        start jobs again\n"
    "  cancel NAME   end a job (TERM, later KILL), or drop it if it has not started;\n"
    "                NAME is its name, else its number, item or command line; a number or\n"
    "                name of a job that has ended means no other job\n"
    "  kill NAME     the same, with KILL at once, also to what weir-shield protects\n"
    "  add LINE      one job more: LINE is what a line of the run's input is\n"
    "  wait          until the run is over; the exit status is the run's\n"
    "Without SOCKET or PID, the command goes to your only run with --control.\n";

struct request {
  bool json = false;
  std::string place;  ///< empty: the only one there is
  std::string line;

  bool waits() const { return line == "wait"; }
};

std::string busy_text() {
  return "the run listens to " + std::to_string(line_server::most_connections) +
         " others, and to no more at once";
}

bool is_place(const std::string& word) {
  std::error_code none;
  return is_all_digits(word) || word.find('/') != std::string::npos ||
         std::filesystem::exists(std::filesystem::symlink_status(word, none));
}

constexpr std::array<std::string_view, 8> verbs{"status", "pause",  "resume", "wait",
                                                "limit",  "cancel", "kill",   "add"};
constexpr std::ptrdiff_t verbs_without_word = 4;

[[noreturn]] void refuse_command(const std::string& word) {
  const auto near = near_name(word, verbs);
  throw usage_error("ctl: " + escape(word) + ": unknown command" +
                    (near ? "; did you mean " + std::string(*near) + '?' : "") +
                    " (see weir ctl --help)");
}

/// How many words follow; -1 if it is not a command.
int words_behind(std::string_view verb) {
  const auto* const found = std::ranges::find(verbs, verb);
  if (found == verbs.end()) return -1;
  return found - verbs.begin() < verbs_without_word ? 0 : 1;
}

/// As in `weir ctl SOCKET COMMAND` once the run and its socket are gone.
bool is_followed_by_command(const std::vector<std::string>& words) {
  const std::size_t next = words.size() > 1 && words[1] == "--json" ? 2 : 1;
  return words.size() > next && words_behind(words[next]) >= 0;
}

/// \returns whether --json is the first of these words, and removes it.
bool take_json(std::vector<std::string>& words) {
  if (words.empty() || words.front() != "--json") return false;
  words.erase(words.begin());
  return true;
}

request parse(std::vector<std::string> words) {
  request asked;
  asked.json = take_json(words);
  if (!words.empty() && words_behind(words.front()) < 0) {
    if (words.front().starts_with('-'))
      throw usage_error("ctl: " + escape(words.front()) + ": unknown option (see weir ctl --help)");
    if (!is_place(words.front()) && !is_followed_by_command(words)) refuse_command(words.front());
    asked.place = words.front();
    words.erase(words.begin());
    asked.json = take_json(words) || asked.json;
  }
  if (words.empty()) throw usage_error("ctl: needs a COMMAND (see weir ctl --help)");
  const int behind = words_behind(words.front());
  if (behind < 0) refuse_command(words.front());
  // What is one word too many cannot be meant as a LINE or a NAME.
  if (words.size() == static_cast<std::size_t>(behind) + 2 && words.back() == "--json") {
    asked.json = true;
    words.pop_back();
  }
  if (words.size() != static_cast<std::size_t>(behind) + 1)
    throw usage_error("ctl: " + words.front() + ": expected " +
                      (behind == 0                ? "nothing"
                       : words.front() == "limit" ? "N"
                       : words.front() == "add"   ? "one LINE"
                                                  : "one NAME") +
                      " after it");
  if (behind > 0 && words.back().find_first_not_of(" \t") == std::string::npos)
    throw usage_error("ctl: " + words.front() + ": found " +
                      (words.back().empty() ? "an empty word" : "only blanks") + ", expected " +
                      (words.front() == "limit" ? "N, such as 4"
                       : words.front() == "add" ? "LINE, a line of the run's input"
                                                : "NAME, the name or number of a job"));
  if (words.front() == "limit") parse_limit("ctl: limit", words.back(), 1);
  asked.line = words.front() + (behind == 0 ? "" : ' ' + words.back());
  if (asked.line.find('\n') != std::string::npos || asked.line.size() > line_server::longest_line)
    throw usage_error("ctl: " + words.front() + ": expected one line of up to 64 KiB");
  return asked;
}

/// The sockets of runs that listen. Removes what a kill -9 left.
std::vector<std::string> sockets_in(const runtime_directory& place) {
  std::vector<std::string> live;
  for (const auto& entry : std::filesystem::directory_iterator(place.path)) {
    const std::string name = entry.path().filename().string();
    if (!is_all_digits(name) || !entry.is_socket()) continue;
    try {
      connect_to_socket(entry.path().string());
      live.push_back(entry.path().string());
    } catch (const io_error& error) {
      if (error.code().value() == ECONNREFUSED) place.directory.remove(name);
    }
  }
  std::ranges::sort(live);
  return live;
}

std::string socket_of(const std::string& place) {
  if (!place.empty() && !is_all_digits(place)) return place;
  const runtime_directory all = open_runtime_directory();
  if (!place.empty()) return all.path + '/' + place;
  const auto live = sockets_in(all);
  if (live.empty())
    throw usage_error(
        "ctl: none of your runs is listening: start one with --control, or name its SOCKET");
  if (live.size() == 1) return live.front();
  std::string which = "ctl: several of your runs are listening; choose one by PID:";
  for (const std::string& each : live) which += ' ' + each.substr(each.rfind('/') + 1);
  throw usage_error(which);
}

owned_fd connect_to(const std::string& place) {
  try {
    return connect_to_socket(socket_of(place));
  } catch (const io_error& error) {
    const int why = error.code().value();
    if (why == ECONNREFUSED && !is_all_digits(place))
      throw usage_error("ctl: no run listens at " + escape(place));
    if (!is_all_digits(place) || (why != ENOENT && why != ECONNREFUSED)) throw;
    throw usage_error("ctl: no run with --control has the PID " + place);
  }
}

/// It would close the connection without a word.
void require_same_user(int connection) {
  ucred run{};
  socklen_t size = sizeof run;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &run, &size) != 0) return;
  if (run.uid == ::geteuid()) return;
  throw std::runtime_error("ctl: the run belongs to another user (UID " + std::to_string(run.uid) +
                           "), and takes commands from that one only");
}

[[noreturn]] void refuse_place() {
  throw io_error(ECONNRESET, "ctl: the run has ended");
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EPIPE) return;  // its last words may say why
    if (size < 0) throw io_error(errno, "ctl");
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string read_to_end(int fd) {
  std::string all;
  char bytes[16 * 1024];
  for (;;) {
    const ssize_t size = ::recv(fd, bytes, sizeof bytes, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno != ECONNRESET) throw io_error(errno, "ctl");
    if (size <= 0) return all;
    all.append(bytes, static_cast<std::size_t>(size));
  }
}

/// Reports once that the answer takes a long time, as from a run that is suspended.
void wait_for_answer(int fd) {
  constexpr int patience_ms = 2000;
  pollfd one{fd, POLLIN, 0};
  if (::poll(&one, 1, patience_ms) == 0)
    std::fputs("weir: ctl: the run does not answer (is it stopped?): waiting\n", stderr);
}

/// "ended 1" on a line, or a member of JSON, says how the run has ended.
int show_end(std::string_view answer, bool json) {
  const std::string_view key = json ? R"("status":)" : "ended ";
  const auto at = answer.find(key);
  // A run that is killed does not get to it.
  if (at == std::string_view::npos)
    throw io_error(ECONNRESET, "ctl: wait: the run ended without saying how, as after kill -9");
  int status = 0;
  const auto* const digits = answer.data() + at + key.size();
  std::from_chars(digits, answer.data() + answer.size(), status);
  if (!json) answer.remove_prefix(std::min(answer.find('\n') + 1, answer.size()));
  const int printed = print(std::string(answer));
  return printed != 0 ? printed : status;
}

int show(std::string answer, bool json) {
  if (json) {
    print(answer);
    return answer.starts_with(R"({"ok":true)") ? 0 : 1;
  }
  const auto end = std::min(answer.find('\n'), answer.size());
  const bool ok = answer.substr(0, end) == "ok";
  answer.erase(0, std::min(end + 1, answer.size()));
  if (ok) return print(answer);
  std::fprintf(stderr, "weir: ctl: %s", answer.c_str());
  return 1;
}

/// Programs that asked for JSON read it before anything else.
std::string error_for_programs(std::string_view why) {
  constexpr std::string_view ours = "ctl: ";
  if (why.starts_with(ours)) why.remove_prefix(ours.size());
  std::string all;
  json_object object(all);
  object.add("ok", false).add("error", why);
  object.close();
  return all += '\n';
}

int tell_busy(bool json) {
  const std::string why = busy_text() + ": try again later";
  return show(json ? error_for_programs(why) : "error\n" + why + '\n', json);
}

std::string ask(const request& asked) {
  const owned_fd connection = connect_to(asked.place);
  require_same_user(connection.value());
  send_all(connection.value(), (asked.json ? "json " : "") + asked.line + '\n');
  if (!asked.waits()) {
    ::shutdown(connection.value(), SHUT_WR);
    wait_for_answer(connection.value());
  }
  return read_to_end(connection.value());
}

int send(const request& asked) {
  std::string answer = ask(asked);
  // Its own exit status would be taken for that of the run.
  for (bool told = false; asked.waits() && answer == line_server::busy; answer = ask(asked)) {
    if (!std::exchange(told, true))
      std::fprintf(stderr, "weir: ctl: wait: %s: waiting for that first\n", busy_text().c_str());
    ::sleep(1);
  }
  if (answer == line_server::busy) return tell_busy(asked.json);
  // The connection ends with the run, whatever ends the run.
  if (asked.waits()) return show_end(answer, asked.json);
  if (answer.empty()) refuse_place();
  return show(std::move(answer), asked.json);
}

}  // namespace

bool is_ctl(int argc, const char* const* argv) {
  return argc > 1 && std::string_view(argv[1]) == "ctl" &&
         dialect_of_program(argv[0]) == dialect::weir;
}

int ctl(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + 2, argv + argc);
  if (!words.empty() && (words.back() == "--help" || words.back() == "-h")) return print(usage);
  try {
    return send(parse(words));
  } catch (const std::exception& error) {
    if (std::ranges::find(words, "--json") != words.end()) print(error_for_programs(error.what()));
    throw;
  }
}

}  // namespace weir::cli
