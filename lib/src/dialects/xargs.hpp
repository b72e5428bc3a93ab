/// xargs' command line: POSIX.1-2024 xargs, and xargs(1) of findutils 4.9.
///
/// Where the two differ it follows findutils, and it has all of its options. The result is plain
/// values, from which xargs_jobs makes jobs; the rest becomes settings of weir.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialects/option_table.hpp"

namespace weir {

struct xargs_request {
  std::vector<std::string> command;      ///< with its first arguments; never empty
  std::string arg_file;                  ///< -a; empty: standard input
  std::optional<char> delimiter;         ///< -0, -d; nullopt: words with quotes
  std::string end_word;                  ///< -E; empty: none
  std::string replaced;                  ///< -I; empty: words are appended
  std::size_t max_lines = 0;             ///< -L; 0: any number
  std::size_t max_args = 0;              ///< -n; 0: any number
  std::optional<std::size_t> max_chars;  ///< -s; nullopt: findutils' 128 KiB
  std::size_t max_procs = 1;             ///< -P; 0: no limit
  bool exit_if_too_long = false;         ///< -x
  bool needs_input = false;              ///< -r
  bool prints = false;                   ///< -t
  bool asks = false;                     ///< -p
  bool opens_terminal = false;           ///< -o
  bool shows_limits = false;
  std::string slot_variable;          ///< --process-slot-var; empty: none
  std::vector<std::string> warnings;  ///< options overridden by others
  bool help = false;
  bool version = false;
};

std::span<const foreign_option> xargs_options();

/// \param words after the program's name.
/// \throws usage_error.
xargs_request read_xargs(std::span<const std::string> words);

/// \param called the program's name in the text.
std::string xargs_help(std::string_view called);

}  // namespace weir
