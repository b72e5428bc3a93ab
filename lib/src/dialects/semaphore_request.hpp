/// GNU sem, which is GNU parallel with --semaphore: one command that waits for a slot.
///
/// Of what it asks, what is no setting of a run. No items are read: stdin is the command's.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "dialects/option_table.hpp"

namespace weir {

struct semaphore_request {
  bool wanted = false;
  std::optional<std::string> id;  ///< none: the terminal's name, as tty(1) prints it
  bool in_front = false;          ///< waits for the command and ends as it does
  bool waits_for_all = false;     ///< runs nothing; ends when no slot is taken
  bool lists = false;             ///< runs nothing; prints who holds the slots
  std::optional<std::chrono::nanoseconds> patience{};  ///< none: it waits for ever
  bool goes_on = false;  ///< at the end of its patience it runs all the same, else it gives up
};

/// Takes an option that is about the semaphore. Any of them makes it one, as there.
/// \returns false for other options. \throws usage_error
bool take_semaphore_option(semaphore_request& request, const given_foreign_option& given);

/// What `sem --help` prints.
std::string semaphore_help();

}  // namespace weir
