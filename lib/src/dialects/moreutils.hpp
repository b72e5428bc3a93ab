/// The command line of moreutils' parallel as one of weir's own.
///
///   -j N   same       jobs at once
///   -i     same       {} in the command is the argument
///   -n N   same       arguments for one command
///   -l N   same       no job starts while the load is N or more
///   -h     same       prints this; so does --help, which moreutils has not
///
/// After -- come the command's arguments, or, without a command, scripts for sh. Each job is made
/// here: a command line in which all words are quoted, so that {} means nothing to weir.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace weir {

struct moreutils_request {
  std::vector<std::string> words;  ///< weir's command line, without its name
  bool help = false;
};

/// \param words after the program's name.
/// \throws usage_error.
moreutils_request read_moreutils(std::span<const std::string> words);

/// What -h and --help print.
std::string moreutils_help();

}  // namespace weir
