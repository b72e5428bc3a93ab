/// GNU parallel's command line as one of weir's own.
///
/// GNU parallel joins the words of a command line with blanks to a script for the user's shell, in
/// which items are quoted. Here they become one word, which is a script to weir, too, and items are
/// data in it.
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

/// The version whose manual page the table of options was made from.
inline constexpr unsigned parallel_version = 20221122;

struct parallel_request {
  std::vector<std::string> words;  ///< weir's command line, without its name
  bool fills_none = false;         ///< -N0: items are counted, but not appended
  bool joins_lines = false;        ///< -L: a line that ends with a blank continues on the next one
  bool skips_space = false;        ///< -r: an item of white space alone is skipped
  bool is_argv = false;            ///< the command is words that no shell parses
  many_items many = many_items::joined;  ///< in a command that is executed without a shell
  bool shows_progress = false;
  parallel_machine machine;
  parallel_records records;
  semaphore_request semaphore;
  bool help = false;
  bool version = false;
  bool has_nothing_to_do = false;  ///< --record-env
  std::string counted;             ///< --number-of-cpus etc.: to be printed; empty: not requested
  std::string longest_line;    ///< --max-line-length-allowed: to be printed; empty: not requested
  unsigned least_version = 0;  ///< --minversion; 0: not requested
};

/// What the command line does not contain.
struct parallel_surroundings {
  std::string shell;                   ///< PARALLEL_SHELL, or SHELL; a path
  std::string options;                 ///< PARALLEL, from the environment
  std::vector<std::string> functions;  ///< exported by bash
  /// The contents of an options file, without comments.
  /// \throws usage_error that begins with `option`.
  std::function<std::string(const std::string& option, const std::string& name)> profile{};
  bool called_sem = false;  ///< --semaphore is implied by the name
};

std::span<const foreign_option> parallel_options();

/// \param words after the program's name.
/// \throws usage_error.
parallel_request read_parallel(std::span<const std::string> words,
                               const parallel_surroundings& around);

/// What --help prints.
std::string parallel_help();

}  // namespace weir
