/// Which directory a job's results go to if names repeat.
///
/// The second job of one name gets NAME.2, the third NAME.3. A million names are not kept in
/// memory: what this run has written identifies itself (outcome.json begins with the run's id), and
/// only the names of running jobs are kept. A directory from an older run is taken over.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>

#include "files/private_directory.hpp"

namespace weir {

class result_claims {
 public:
  /// Both must outlive this. \param run_id the value of "run", the first member of outcome.json.
  result_claims(const private_directory& in, const std::string& run_id);

  /// A directory for one job of that name, without results; opens three descriptors for a while.
  /// \throws io_error
  std::string claim(const std::string& name);
  /// The same for a job that ended in the run being resumed: its results count as this run's.
  void keep(const std::string& name);
  /// Its outcome.json has been written.
  void ended(const std::string& place) { running_.erase(place); }

 private:
  bool is_ours(const std::string& place) const;
  std::string next_place(const std::string& first) const;
  bool take(const std::string& place);

  const private_directory& in_;
  std::string mark_;
  std::unordered_set<std::string> running_;
};

}  // namespace weir
