/// Whose bytes wait before an output: so that what is given up can be told job by job.
///
/// It counts positions in the stream that the output takes, and forgets what has gone out. A job
/// costs two numbers, and no allocation as long as the output keeps up.
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
  /// have gone out.
  void add(std::uint64_t seq, std::uint64_t begin, std::uint64_t end, std::uint64_t sent);

  /// Adds what has not gone out.
  void count(std::uint64_t sent, unwritten_bytes& into) const;

 private:
  struct part {
    std::uint64_t seq, begin, end;
  };
  void forget(std::uint64_t sent);

  std::vector<part> parts_;  ///< in the order of the stream
  std::size_t first_ = 0;    ///< that has not gone out, as far as was looked
};

/// "2934464 bytes of job 1, 1 byte of job 7 and 90 bytes of 3 more jobs"; empty for none.
std::string describe(const unwritten_bytes& left);

}  // namespace weir
