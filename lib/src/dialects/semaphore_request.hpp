/// GNU sem, which is GNU parallel with --semaphore: one command that waits for a slot.
///
/// What it requests beyond settings of a run. No items are read: stdin belongs to the command.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "dialects/option_table.hpp"

namespace weir {

struct semaphore_request {
  bool wanted = false;
  std::optional<std::string> id;  ///< nullopt: the terminal's name, as tty(1) prints it
  bool in_front = false;          ///< waits for the command and ends like it
  bool waits_for_all = false;     ///< runs nothing; ends when no slot is taken
  bool lists = false;             ///< runs nothing; prints who holds the slots
  std::optional<std::chrono::nanoseconds> patience{};  ///< nullopt: it waits forever
  bool goes_on = false;  ///< when its patience ends, it runs anyway; otherwise it gives up
};

/// Takes an option about the semaphore. As in GNU sem, any of them makes it one.
/// \returns false for other options.
/// \throws usage_error
bool take_semaphore_option(semaphore_request& request, const given_foreign_option& given);

/// What `sem --help` prints.
std::string semaphore_help();

}  // namespace weir
