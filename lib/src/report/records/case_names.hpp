/// Names of test cases: what many readers of JUnit's XML know a test by, so no two are alike.
///
/// That is a job's name, or its item, which tells jobs of one command apart; without any, its
/// command line. What all names begin with is not cut off: who knows tests from run to run by their
/// names would take one more job for new tests all over.
///
/// Jobs are numbered in the order of the input, which is the same from run to run, and not in that
/// of their ends: "make test", "make test (2)", ... It takes about 40 bytes for each name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include <weir/job_spec.hpp>

namespace weir {

class case_names {
 public:
  /// In the order of the input.
  void accept(const job_spec& job);
  /// The name of a job that has ended; its number is forgotten.
  std::string take(const job_spec& job);

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> seen_;     ///< by hash of the name
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  ///< by seq; of jobs on their way
};

/// The front of a text, not cut within a character.
std::string_view front_of(std::string_view text, std::size_t most);

}  // namespace weir
