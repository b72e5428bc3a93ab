/// Tracks whose bytes wait for an output, so that what is dropped can be reported job by job.
///
/// It counts positions in the stream that the output takes, and forgets what has been written. A
/// job costs two numbers, and no allocation as long as the output keeps up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weir {

/// Bytes by job (seq).
using unwritten_bytes = std::map<std::uint64_t, std::uint64_t>;

class waiting_bytes {
 public:
  /// The bytes of the output's stream from `begin` to `end` are the job's. \param sent how many
  /// have been written.
  void add(std::uint64_t seq, std::uint64_t begin, std::uint64_t end, std::uint64_t sent);

  /// Adds what has not been written.
  void count(std::uint64_t sent, unwritten_bytes& into) const;

 private:
  struct part {
    std::uint64_t seq, begin, end;
  };
  void forget(std::uint64_t sent);

  std::vector<part> parts_;  ///< in the order of the stream
  std::size_t first_ = 0;    ///< first one not written yet, as far as checked
};

/// "2934464 bytes of job 1, 1 byte of job 7 and 90 bytes of 3 more jobs"; empty if nothing is left.
std::string describe(const unwritten_bytes& left);

}  // namespace weir
