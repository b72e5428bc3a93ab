#include "input/shell_invocation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "input/fish_invocation.hpp"

namespace weir {

namespace {

using words_view = std::span<const std::string>;

/// A program that runs the command given as its last arguments.
struct wrapper {
  std::string_view name;
  std::string_view letters = "";  ///< options that take an argument
  std::string_view options = "";  ///< long ones that take the next word as an argument
  std::size_t operands = 0;       ///< that come before the command
  bool assigns = false;           ///< NAME=VALUE may come before the command
};

constexpr std::array wrappers = std::to_array<wrapper>({
    {"env", "uC", "--unset --chdir", 0, true},
    {"sudo", "CDghpRrTtUu",
     "--close-from --chdir --group --host --prompt --chroot --role --command-timeout --type "
     "--other-user --user",
     0, true},
    {"doas", "uC"},
    {"nice", "n", "--adjustment"},
    {"nohup"},
    {"setsid"},
    {"timeout", "ks", "--kill-after --signal", 1},
    {"stdbuf", "ioe", "--input --output --error"},
    {"ionice", "cn", "--class --classdata"},
    {"time", "fo", "--format --output"},
    {"chrt", "DPT", "--sched-deadline --sched-period --sched-runtime", 1},
    {"taskset", "", "", 1},
    {"flock", "wE", "--timeout --conflict-exit-code", 1},
    {"chroot", "", "", 1},
    {"unshare", "RSGw", "--root --setuid --setgid --wd"},
    {"strace", "abeEIoOpPsSuUX"},
    {"caffeinate", "tw"},
    {"busybox"},
    {"setpriv", "",
     "--reuid --regid --groups --inh-caps --ambient-caps --bounding-set --securebits --pdeathsig "
     "--selinux-label --apparmor-profile"},
    {"prlimit"},
    {"choom", "n", "--adjust"},
    {"linux32"},
    {"linux64"},
    {"tini"},
    {"dumb-init"},
    {"eatmydata"},
    {"unbuffer"},
    {"dbus-run-session"},
    {"valgrind"},
    {"weir-shield"},
    {"xargs", "adEILnPs",
     "--arg-file --delimiter --max-args --max-chars --max-lines --max-procs --process-slot-var"},
    {"runuser", "ugGw", "--user --group --supp-group --whitelist-environment"},
    {"fakeroot", "lsib", "--lib --faked"},
    {"fakechroot", "dle", "--lib --elib --use-system-libs"},
    {"perf", "CDFGIMceioprt",
     "--event --repeat --output --delay --interval-print --cpu --field-sep --pid --freq --count",
     1},
    {"setarch"},
    {"i386"},
    {"i486"},
    {"i586"},
    {"i686"},
    {"x86_64"},
    {"uname26"},
    {"capsh"},
    {"pkexec", "", "--user"},
    {"numactl", "iNCmpP", "--interleave --cpunodebind --physcpubind --membind --preferred"},
    {"nsenter", "tSG", "--target --setuid --setgid"},
    {"systemd-run", "pEuHMt",
     "--property --setenv --unit --host --machine --slice --uid --gid --nice --working-directory "
     "--description --service-type"},
    {"systemd-inhibit", "", "--what --who --why --mode"},
    {"gosu", "", "", 1},
    {"su-exec", "", "", 1},
    {"faketime", "", "", 1},
    {"xvfb-run", "efnpsw",
     "--error-file --auth-file --server-num --xauth-protocol --server-args --wait"},
    {"ltrace", "aADeFilnopsuwx", "--align --output --indent"},
    {"chronic"},
    {"toybox"},
});

const wrapper* find_wrapper(std::string_view word) {
  const auto found = std::find_if(wrappers.begin(), wrappers.end(),
                                  [&](const wrapper& w) { return w.name == program_name(word); });
  return found == wrappers.end() ? nullptr : &*found;
}

/// How many words an option takes up, including its argument.
std::size_t words_of_option(std::string_view option, const wrapper& w) {
  if (option.starts_with("--")) {
    const auto at = w.options.find(option);
    const bool whole = at != std::string_view::npos && (at + option.size() == w.options.size() ||
                                                        w.options[at + option.size()] == ' ');
    return whole ? 2 : 1;
  }
  const auto letter = option.find_first_of(w.letters, 1);
  return letter == option.size() - 1 ? 2 : 1;
}

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

std::size_t past_options(words_view words, std::size_t at, const wrapper& w) {
  for (; at < words.size() && is_option(words[at]); at += words_of_option(words[at], w))
    if (words[at] == "--") return at + 1;
  return at;
}

/// Stands for the shell that capsh runs, which is bash.
constexpr std::string_view shell_of_capsh = "--";

std::string_view shell_name(std::string_view word) {
  return word == shell_of_capsh ? std::string_view("bash") : program_name(word);
}

std::size_t past_wrapper(words_view words, std::size_t at, const wrapper& w) {
  if (w.name == "capsh") {
    while (at < words.size() && words[at] != shell_of_capsh) ++at;
    return at;
  }
  if (w.name == "setarch" && at < words.size() && !is_option(words[at])) ++at;
  at = past_options(words, at, w);
  if (w.name == "env" && at < words.size() && words[at] == "-") ++at;  // the same as -i
  while (w.assigns && at < words.size() && words[at].find('=') != std::string::npos) ++at;
  return w.operands == 0 ? at : past_options(words, at + w.operands, w);
}

struct shell_options {
  std::size_t end = 0;  ///< index of the first word after them
  bool c = false;
  bool s = false;
};

shell_options options_of_posix_shell(words_view words, std::size_t at) {
  shell_options all;
  while (at < words.size() && words[at].size() > 1 &&
         (words[at][0] == '-' || words[at][0] == '+')) {
    const std::string& option = words[at++];
    if (option == "--") break;
    if (option == "--rcfile" || option == "--init-file" || option == "--emulate") ++at;
    if (option.starts_with("--")) continue;
    all.c = all.c || (option[0] == '-' && option.find('c') != std::string::npos);
    all.s = all.s || (option[0] == '-' && option.find('s') != std::string::npos);
    at += static_cast<std::size_t>(std::count_if(option.begin(), option.end(), [](char c) {
      return c == 'o' || c == 'O';  // each takes a name
    }));
  }
  all.end = std::min(at, words.size());
  return all;
}

/// \returns words.size() if there is no -c.
std::size_t script_of_posix_shell(words_view words, std::size_t at) {
  const shell_options options = options_of_posix_shell(words, at);
  return options.c ? options.end : words.size();
}

/// csh takes the word after the options with -c as the script.
std::size_t script_of_csh(words_view words, std::size_t at) {
  for (; at < words.size() && is_option(words[at]); ++at)
    if (words[at].find('c') != std::string::npos) return at + 1;
  return words.size();
}

std::optional<shell_invocation> find_fish_script(words_view words, std::size_t shell) {
  auto [scripts, ends_options] = find_fish_scripts(words, shell + 1);
  if (scripts.empty()) return std::nullopt;
  const std::size_t last = scripts.back();
  scripts.pop_back();
  return shell_invocation{
      shell, last, shell_name(words[shell]), shell_dialect::fish, std::move(scripts), ends_options};
}

}  // namespace

std::size_t find_program(words_view words) {
  std::size_t at = 0;
  while (at < words.size()) {
    const wrapper* const w = find_wrapper(words[at]);
    if (w == nullptr) return at;
    at = past_wrapper(words, at + 1, *w);
  }
  return words.size();
}

std::optional<shell_invocation> find_shell_script(words_view words) {
  shell_invocation found;
  found.shell = find_program(words);
  if (found.shell >= words.size()) return std::nullopt;
  found.name = shell_name(words[found.shell]);
  found.dialect = dialect_of(found.name);
  if (found.dialect == shell_dialect::unknown) return std::nullopt;
  if (found.dialect == shell_dialect::fish) return find_fish_script(words, found.shell);
  found.script = is_posix_like(found.dialect) ? script_of_posix_shell(words, found.shell + 1)
                                              : script_of_csh(words, found.shell + 1);
  if (found.script >= words.size()) return std::nullopt;
  return found;
}

bool is_shell_of_stdin(words_view words) {
  const std::size_t shell = find_program(words);
  if (shell >= words.size()) return false;
  const shell_dialect dialect = dialect_of(shell_name(words[shell]));
  if (dialect == shell_dialect::unknown) return false;
  if (dialect == shell_dialect::fish) return find_fish_scripts(words, shell + 1).words.empty();
  if (dialect == shell_dialect::csh) return script_of_csh(words, shell + 1) == words.size();
  const shell_options options = options_of_posix_shell(words, shell + 1);
  return !options.c && (options.s || options.end == words.size());
}

}  // namespace weir
