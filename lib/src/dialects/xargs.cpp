#include "dialects/xargs.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using enum standing;

constexpr std::array xargs_table{
    foreign_option{"-0 --null", "", same, "items end with NUL; nothing else is special"},
    foreign_option{"-a --arg-file", "FILE", same, "read items from FILE; jobs keep weir's stdin"},
    foreign_option{"-d --delimiter", "C", same, "items end with C; nothing else is special"},
    foreign_option{"-E", "EOF", same, "stop reading at the item EOF"},
    foreign_option{"-e --eof", "[EOF]", same, "the same; without EOF, read all of the input"},
    foreign_option{"-I", "R", same, "replace R in the arguments with each line"},
    foreign_option{"-i --replace", "[R]", same, "the same; R is {} by default"},
    foreign_option{"-L", "N", same, "pass up to N nonblank lines to each command"},
    foreign_option{"-l --max-lines", "[N]", same, "the same; the default is 1"},
    foreign_option{"-n --max-args", "N", same, "pass up to N items to each command"},
    foreign_option{"-o --open-tty", "", translated,
                   "give jobs the terminal as stdin; they cannot open /dev/tty"},
    foreign_option{"-P --max-procs", "N", translated,
                   "run up to N jobs at once (default: 1; 0: no limit); output is never mixed"},
    foreign_option{"-p --interactive", "", same, "ask at the terminal before each job; implies -t"},
    foreign_option{"--process-slot-var", "NAME", same,
                   "set NAME to the job's slot, counted from 0"},
    foreign_option{"-r --no-run-if-empty", "", same, "run nothing if there are no items"},
    foreign_option{"-s --max-chars", "N", same, "limit command lines to N bytes"},
    foreign_option{"--show-limits", "", same, "print the limits of command lines to stderr"},
    foreign_option{"-t --verbose", "", same, "print each command line to stderr as it starts"},
    foreign_option{"-x --exit", "", same, "end the run if -s is too small for -n or -L"},
    foreign_option{"--help", "", same, "print this"},
    foreign_option{"--version", "", same, "print the version"},
};

/// The last one given counts.
enum class grouping { none, replaced, lines, args };

constexpr std::size_t most = std::numeric_limits<int>::max();

std::size_t count(const given_foreign_option& given, std::size_t least) {
  return parse_count(given.name, *given.value, least, most);
}

[[noreturn]] void refuse_delimiter(const given_foreign_option& given) {
  throw usage_error(given.name + ": \"" + escape(*given.value) +
                    "\" is not a delimiter: expected one character, or \\n, \\t, \\0NNN, \\xHH and "
                    "the like");
}

/// All of the digits as a number in that base, if it fits in a byte.
std::optional<char> numbered(std::string_view digits, int base) {
  unsigned value = 0;
  for (const char digit : digits) {
    const std::string_view known = "0123456789abcdef";
    const auto at =
        known.find(static_cast<char>(digit >= 'A' && digit <= 'F' ? digit + 32 : digit));
    if (at >= static_cast<std::size_t>(base)) return std::nullopt;
    value = value * static_cast<unsigned>(base) + static_cast<unsigned>(at);
    if (value > 255) return std::nullopt;
  }
  return static_cast<char>(value);
}

/// A character, \a to \v, \\, or a number: \012, \0 and \x0a, as in C.
char delimiter_of(const given_foreign_option& given) {
  const std::string_view text = *given.value;
  if (text.size() == 1) return text.front();
  if (text.size() < 2 || text.front() != '\\') refuse_delimiter(given);
  constexpr std::string_view letters = "abfnrtv\\", bytes = "\a\b\f\n\r\t\v\\";
  if (const auto at = letters.find(text[1]); text.size() == 2 && at != std::string_view::npos)
    return bytes[at];
  const bool hex = text[1] == 'x';
  if (hex && text.size() == 2) refuse_delimiter(given);
  const auto byte = hex ? numbered(text.substr(2), 16) : numbered(text.substr(1), 8);
  if (!byte) refuse_delimiter(given);
  return *byte;
}

class xargs_request_reader {
 public:
  xargs_request read(std::span<const std::string> words) {
    const foreign_command_line line = take_apart(xargs_table, words);
    for (const given_foreign_option& given : line.given) take(given);
    const auto rest = words.subspan(line.rest);
    request_.command.assign(rest.begin(), rest.end());
    if (request_.command.empty()) request_.command = {"echo"};
    if (request_.command.front().empty())
      throw usage_error("COMMAND: expected a program, found an empty word");
    if (request_.delimiter && ends_by_word_)
      warn("the -E option has no effect if -0 or -d is used");
    return std::move(request_);
  }

 private:
  void take(const given_foreign_option& o) {
    const std::string_view option = o.option->first_name();
    if (option == "-0")
      request_.delimiter = '\0';
    else if (option == "-a")
      take_file(o);
    else if (option == "-d")
      request_.delimiter = delimiter_of(o);
    else if (option == "-E" || option == "-e")
      take_end_word(o);
    else if (option == "-I" || option == "-i")
      take_replaced(o);
    else if (option == "-L" || option == "-l")
      take_lines(o);
    else if (option == "-n")
      take_args(o);
    else if (option == "-P")
      request_.max_procs = count(o, 0);
    else if (option == "-s")
      request_.max_chars = count(o, 1);
    else if (option == "--process-slot-var")
      take_slot_variable(o);
    else
      take_flag(option);
  }

  void take_file(const given_foreign_option& o) {
    if (o.value->empty()) throw usage_error(o.name + ": FILE must not be empty");
    request_.arg_file = *o.value;
  }

  void take_flag(std::string_view option) {
    if (option == "-o")
      request_.opens_terminal = true;
    else if (option == "-p")
      request_.asks = request_.prints = true;
    else if (option == "-r")
      request_.needs_input = true;
    else if (option == "-t")
      request_.prints = true;
    else if (option == "-x")
      request_.exit_if_too_long = true;
    else if (option == "--show-limits")
      request_.shows_limits = true;
    else if (option == "--help")
      request_.help = true;
    else if (option == "--version")
      request_.version = true;
  }

  void take_end_word(const given_foreign_option& o) {
    request_.end_word = o.value.value_or("");
    ends_by_word_ = !request_.end_word.empty();
  }

  void take_replaced(const given_foreign_option& o) {
    const std::string replaced = o.value.value_or("{}");
    if (replaced.empty()) throw usage_error(o.name + ": R must not be empty");
    group_by(grouping::replaced, o);
    request_.replaced = replaced;
  }

  void take_lines(const given_foreign_option& o) {
    const std::size_t lines = o.value ? count(o, 1) : 1;
    group_by(grouping::lines, o);
    request_.max_lines = lines;
  }

  /// POSIX lets -I override any -n; here, as in findutils, it overrides only -n 1.
  void take_args(const given_foreign_option& o) {
    const std::size_t args = count(o, 1);
    if (args == 1 && grouped_ == grouping::replaced) return;
    group_by(grouping::args, o);
    request_.max_args = args;
  }

  void take_slot_variable(const given_foreign_option& o) {
    if (o.value->empty() || o.value->find('=') != std::string::npos)
      throw usage_error(o.name + ": expected the name of a variable, found \"" + escape(*o.value) +
                        '"');
    request_.slot_variable = *o.value;
  }

  void group_by(grouping next, const given_foreign_option& o) {
    if (grouped_ != grouping::none && grouped_ != next)
      warn(grouped_by_ + " and " + o.name + " cannot be combined: ignoring " + grouped_by_);
    request_.replaced.clear();
    request_.max_lines = request_.max_args = 0;
    grouped_ = next;
    grouped_by_ = o.name;
  }

  void warn(std::string text) { request_.warnings.push_back(std::move(text)); }

  xargs_request request_;
  grouping grouped_ = grouping::none;
  std::string grouped_by_;
  bool ends_by_word_ = false;
};

}  // namespace

std::span<const foreign_option> xargs_options() {
  return xargs_table;
}

xargs_request read_xargs(std::span<const std::string> words) {
  return xargs_request_reader().read(words);
}

std::string xargs_help(std::string_view called) {
  return "Usage: " + std::string(called) +
         " [OPTIONS] [COMMAND [ARG...]]\n"
         "Runs COMMAND (default: echo) with words of the input as arguments, as xargs does.\n\n" +
         describe(xargs_table) +
         "\nExit status: 0 all jobs succeeded, 123 some exited with 1-254 (the other jobs still "
         "run), 124\none exited with 255, 125 one was ended by a signal, 126 COMMAND cannot be "
         "run, 127 it is not\nfound, 1 other errors. More: man weir, docs/from-xargs.md\n";
}

}  // namespace weir
