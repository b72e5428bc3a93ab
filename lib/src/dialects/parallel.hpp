/// GNU parallel's command line as one of weir's own.
///
/// What GNU parallel does with a command line: its words, joined with blanks, are a script for the
/// user's shell, in which items are quoted. Here they are one word, which is a script to weir, too,
/// and items are data in it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dialects/option_table.hpp"
#include "dialects/parallel_machine.hpp"
#include "dialects/parallel_records.hpp"
#include "dialects/semaphore_request.hpp"
#include "input/many_items.hpp"

namespace weir {

/// The version whose page the table of options was made from.
inline constexpr unsigned parallel_version = 20221122;

struct parallel_request {
  std::vector<std::string> words;  ///< weir's command line, without its name
  bool fills_none = false;         ///< -N0: items are counted, and none is appended
  bool joins_lines = false;        ///< -L: a line that ends with a blank goes on with the next one
  bool skips_space = false;        ///< -r: an item of white space alone is none
  bool is_argv = false;            ///< the command is words, and no shell looks at them
  many_items many = many_items::joined;  ///< in a command that is executed without a shell
  bool shows_progress = false;
  parallel_machine machine;
  parallel_records records;
  semaphore_request semaphore;
  bool help = false;
  bool version = false;
  bool has_nothing_to_do = false;  ///< --record-env
  std::string counted;             ///< --number-of-cpus and its like: to be printed; empty: none
  std::string longest_line;  ///< --max-line-length-allowed: to be printed; empty: it was not asked
  unsigned least_version = 0;  ///< --minversion; 0: it was not asked for
};

/// What the command line does not say.
struct parallel_surroundings {
  std::string shell;                   ///< PARALLEL_SHELL, or SHELL; a path
  std::string options;                 ///< PARALLEL, of the environment
  std::vector<std::string> functions;  ///< of bash, exported
  /// What a file of options has, without its comments. \throws usage_error that begins with
  /// `option`.
  std::function<std::string(const std::string& option, const std::string& name)> profile{};
  bool called_sem = false;  ///< --semaphore is given by the name
};

std::span<const foreign_option> parallel_options();

/// \param words behind the program's name. \throws usage_error.
parallel_request read_parallel(std::span<const std::string> words,
                               const parallel_surroundings& around);

/// What --help prints.
std::string parallel_help();

}  // namespace weir
