#include "dialects/moreutils.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <weir/argument_list.hpp>
#include <weir/error.hpp>

#include "dialects/option_table.hpp"
#include "input/count.hpp"
#include "text/escape.hpp"
#include "text/number.hpp"

namespace weir {

namespace {

using enum standing;

constexpr std::array moreutils_table{
    foreign_option{"-j", "N", same, "run N jobs at once (default: one per CPU)"},
    foreign_option{"-i", "", same, "replace {} in the command with the argument"},
    foreign_option{"-n", "N", same, "pass N arguments to each command (default: 1)"},
    foreign_option{"-l", "N", same, "start no job while the load is N or more"},
    foreign_option{"-h --help", "", same, "print this"},
};

/// The words of one job, quoted.
std::string line_of(std::span<const std::string> command, std::span<const std::string> arguments,
                    bool replaces) {
  std::string line;
  const auto add = [&](const std::string& word) {
    (line += line.empty() ? "" : " ") += shell_quote(word);
  };
  for (std::string word : command) {
    constexpr std::string_view sign = "{}";
    const std::string& argument = arguments.front();
    for (std::size_t at = 0; replaces && (at = word.find(sign, at)) != std::string::npos;
         at += argument.size())
      word.replace(at, sign.size(), argument);
    add(word);
  }
  if (!replaces) std::ranges::for_each(arguments, add);
  return line;
}

/// Any number is one there, and those below nothing are ignored; here as for --load.
void check_load(const given_foreign_option& o) {
  std::string_view rest = *o.value;
  if (take_decimal(rest).value_or(0) <= 0 || !rest.empty())
    refuse_value(o.name, *o.value, "a load", "a number of running processes above 0 (8, 1.5)");
}

}  // namespace

moreutils_request read_moreutils(std::span<const std::string> words) {
  const foreign_command_line line = take_apart(moreutils_table, words);
  moreutils_request request;
  std::size_t batch = 0;
  bool replaces = false;
  for (const given_foreign_option& o : line.given) {
    const std::string_view option = o.option->first_name();
    if (option == "-h") request.help = true;
    if (option == "-i") replaces = true;
    if (option == "-n") batch = parse_count(o.name, *o.value, 1, 1'000'000'000);
    if (option == "-j") {
      parse_count(o.name, *o.value, 0, 4'194'304);
      request.words.insert(request.words.end(), {"-j", *o.value});
    }
    if (option == "-l") {
      check_load(o);
      request.words.insert(request.words.end(), {"--load", *o.value});
    }
  }
  if (request.help) return request;
  if (replaces && batch > 0) throw usage_error("-i and -n: only one of them can be given");
  auto rest = words.subspan(line.rest);
  // After the options, -- has been taken as one of them.
  const bool scripts = line.rest > 0 && words[line.rest - 1] == "--";
  const auto end = scripts ? rest.begin() : std::ranges::find(rest, "--");
  if (end == rest.end() && !scripts)
    throw usage_error("-- is missing before the arguments or scripts");
  const std::span<const std::string> command(rest.begin(), end);
  if (scripts && batch > 0) throw usage_error("-n: needs a command before --");
  std::span<const std::string> arguments(scripts ? end : end + 1, rest.end());
  // Quoted words need no shell.
  if (scripts) request.words.insert(request.words.end(), {"--shell", "/bin/sh"});
  request.words.insert(request.words.end(), {"--", ":::"});
  for (const std::size_t most = std::max<std::size_t>(batch, 1); !arguments.empty();) {
    const auto some = arguments.first(std::min(most, arguments.size()));
    request.words.push_back(scripts ? some.front() : line_of(command, some, replaces));
    arguments = arguments.subspan(scripts ? 1 : some.size());
  }
  return request;
}

std::string moreutils_help() {
  return "Usage: parallel [OPTIONS] COMMAND [ARG...] -- ARGUMENT...\n"
         "       parallel [OPTIONS] -- SCRIPT...\n"
         "Runs COMMAND with each argument, or each script, as moreutils' parallel does.\n\n" +
         describe(moreutils_table) + "\nExit status: the bitwise OR of the jobs' exit statuses.\n";
}

}  // namespace weir
