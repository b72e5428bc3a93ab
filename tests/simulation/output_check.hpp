/// Compares what jobs wrote with what the readers of stdout and stderr got.
///
/// Every line says which job it belongs to, so one walk over the bytes finds what is missing, torn,
/// repeated, out of order, or in the middle of another job's output.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "report/unwritten.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

class output_check {
 public:
  explicit output_check(const scenario& plan)
      : plan_(plan), written_(plan.jobs.size() + 1), seen_(plan.jobs.size() + 1) {}

  void wrote(std::uint64_t seq, weir::output_stream which, std::string_view bytes) {
    written_[seq][which == weir::output_stream::out ? 0 : 1] += bytes;
  }
  void ended(std::uint64_t seq) { ends_.push_back(seq); }
  /// Whether as many bytes arrived as were written.
  bool has_all(const std::array<std::string, 2>& received) const;

  /// \param may_lack what is there must be right, but the end may be missing.
  /// \returns what is wrong; empty: nothing.
  std::string check(const std::array<std::string, 2>& received, bool may_lack);
  /// After that: what did not arrive must have been told, and nothing else. \returns as check.
  std::string check_told(const weir::unwritten_bytes& told) const;

 private:
  std::string check_stream(std::string_view bytes, std::size_t stream, bool may_lack);
  std::string take_line(std::string_view& bytes, std::size_t stream, bool may_lack);
  std::string check_order(std::uint64_t seq, std::size_t stream);
  bool is_live() const;

  const scenario& plan_;
  std::vector<std::array<std::string, 2>> written_;  ///< by job
  std::vector<std::array<std::size_t, 2>> seen_;     ///< bytes of that found so far
  std::vector<std::uint64_t> ends_;
  std::size_t torn_ = 0;  ///< bytes of a last line that does not say whose it is
  std::array<std::uint64_t, 2> last_{};
  std::vector<std::uint64_t> rank_;  ///< order in which the jobs ended
};

}  // namespace simulation
