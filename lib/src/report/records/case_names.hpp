/// Names of test cases: many readers of JUnit's XML identify a test by its name, so no two are
/// alike.
///
/// The name is the job's own, or its item, which tells jobs of one command apart, or else its
/// command line. The beginning that all names share is not cut off: with one job more, readers that
/// follow tests from run to run would take all of them for new tests.
///
/// Jobs with equal names are numbered in the order of the input, which is the same in every run,
/// not in the order in which they end: "make test", "make test (2)", ... It takes about 40 bytes
/// per name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include <weir/job_spec.hpp>

namespace weir {

class case_names {
 public:
  /// To be called in the order of the input.
  void accept(const job_spec& job);
  /// The name of a job that has ended; its number is then forgotten.
  std::string take(const job_spec& job);

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> seen_;  ///< by hash of the name
  std::unordered_map<std::uint64_t, std::uint32_t>
      numbers_;  ///< by seq; of jobs that have not ended
};

/// The beginning of a text, not cut within a character.
std::string_view front_of(std::string_view text, std::size_t most);

}  // namespace weir
