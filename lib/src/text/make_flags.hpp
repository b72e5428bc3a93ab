/// What make tells its recipes in MAKEFLAGS: where its jobserver is, how many jobs run, and whether
/// anything is to be run at all.
///
/// Source: the GNU make manual, "Sharing Job Slots with GNU make" and "Communicating Options to a
/// Sub-make". A pure function of the text: whether the jobserver can be reached is not known here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace weir {

/// Two descriptors that make's child inherits; negative if make has kept them to itself.
struct jobserver_pipe {
  int read = -1;
  int write = -1;

  bool operator==(const jobserver_pipe&) const = default;
};

/// A named pipe, since make 4.4.
struct jobserver_fifo {
  std::string path;

  bool operator==(const jobserver_fifo&) const = default;
};

using jobserver_address = std::variant<jobserver_pipe, jobserver_fifo>;

struct make_flags {
  bool dry_run = false;               ///< make -n
  bool touch = false;                 ///< make -t: files, without running anything
  bool question = false;              ///< make -q: whether anything would be done
  std::optional<unsigned> jobs = {};  ///< make -jN
  std::optional<jobserver_address>
      jobserver;  ///< nullopt: make runs one job at a time, or any number
};

/// \param text the value of MAKEFLAGS. Anything not understood is left out: it is make's business.
make_flags parse_make_flags(std::string_view text);

/// MAKEFLAGS for jobs that are to take part in a jobserver.
/// \param text its previous value; the jobserver and the number of jobs in it are replaced.
std::string with_jobserver(std::string_view text, const jobserver_address& where, std::size_t jobs);

}  // namespace weir
