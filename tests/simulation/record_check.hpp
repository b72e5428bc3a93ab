/// Compares how jobs ended, and what they wrote, with what the records say: the joblog, and results
/// as lines or as a table. docs/records.md says what is in them.
///
/// A record has the ends of jobs in their order. What a crash left of it, and what the resumed run
/// added, is judged in the same way: the first part may lack its end, and the second is complete.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/event.hpp>

#include "simulation/scenario.hpp"

namespace simulation {

/// How a job ended, as records should have it.
struct end_on_record {
  std::uint64_t seq = 0;
  std::string name;
  weir::outcome how;
  weir::verdict judged = weir::verdict::not_started;
  unsigned attempts = 0;
  std::vector<std::array<std::string, 2>> wrote;  ///< by attempt
};

/// Notes what a record should have at the end of a run.
class run_on_record {
 public:
  explicit run_on_record(const scenario& plan);

  void begins(std::uint64_t seq);
  void wrote(std::uint64_t seq, weir::output_stream which, std::string_view bytes);
  void ended(const weir::job_ended& e);

  /// In their order; jobs that ended in an earlier run are not among them.
  const std::vector<end_on_record>& ends() const noexcept { return ends_; }

 private:
  bool is_kept_;
  std::vector<std::vector<std::array<std::string, 2>>> wrote_;  ///< by job and attempt
  std::vector<end_on_record> ends_;
};

/// What a run finds in a record that it does not continue: of a joblog.
constexpr std::string_view left_by_others =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
    "2\t:\t1.000\t     1.000\t0\t0\t0\t0\tjob of others\n";

/// What a record should have.
struct record_expected {
  const std::vector<end_on_record>& now;     ///< of the run that is over
  const std::vector<end_on_record>& before;  ///< of the one that it resumed
  std::size_t least_before = 0;              ///< the first of these, which have to be there
  bool may_lack = false;                     ///< the last of `now` may be missing, too
};

/// Whether the record tells of it. A joblog and a table have the jobs that are done: scripts that
/// resume by them run the others.
bool has_row(file_kind kind, const end_on_record& end);
/// \returns what is wrong; empty: nothing.
std::string check_record(file_kind kind, std::string_view contents, const record_expected& wanted);

}  // namespace simulation
