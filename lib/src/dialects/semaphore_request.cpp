#include "dialects/semaphore_request.hpp"

#include <string_view>

#include "text/duration.hpp"

namespace weir {

namespace {

/// Handles the sign: a negative number means to give up when the time is over.
void take_patience(semaphore_request& request, const given_foreign_option& given) {
  std::string_view text = *given.value;
  request.goes_on = !text.starts_with('-');
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto patience = parse_duration(given.name, text);
  request.patience = patience.count() == 0 ? std::nullopt : std::optional(patience);
}

}  // namespace

bool take_semaphore_option(semaphore_request& request, const given_foreign_option& given) {
  const std::string_view option = given.option->first_name();
  if (option == "--id")
    request.id = given.value;
  else if (option == "--fg")
    request.in_front = true;
  else if (option == "--bg")
    request.in_front = false;
  else if (option == "--wait")
    request.waits_for_all = true;
  else if (option == "--list-holders")
    request.lists = true;
  else if (option == "--st")
    take_patience(request, given);
  else if (option != "--semaphore")
    return false;
  request.wanted = true;
  return true;
}

std::string semaphore_help() {
  return "Usage: sem [OPTIONS] COMMAND [ARG...]\n"
         "       sem --wait [--id ID]\n"
         "Runs COMMAND, a script, once fewer than N commands of the same ID are running, first "
         "come\n"
         "first served, and returns as soon as it has started.\n\n"
         "  -j, --jobs N        run N, N%, +N or -N commands at once (default: 1)\n"
         "  --id ID             the semaphore's name (default: that of the terminal, as tty prints "
         "it)\n"
         "  --fg                wait for COMMAND and exit as it does\n"
         "  --st SECS           wait SECS at most, then run it anyway; -SECS: then exit with 1\n"
         "  --wait              run nothing; wait until no command is running\n"
         "  --list              run nothing; list the slots' holders: ID, slot, PID, seconds, "
         "COMMAND\n"
         "  -q, -u, --tag, --timeout, --joblog and others: see parallel --help\n\n"
         "Exit status: with --fg that of COMMAND; 255 for errors.\n"
         "More: man weir, docs/from-parallel.md\n";
}

}  // namespace weir
