/// From xargs' words to jobs: as many to a command line as -n, -L, -s and the system allow, or each
/// line in the place of a string (-I).
///
/// Sizes are counted as findutils counts them, so that the same command lines come out: the bytes
/// of all arguments, each with its NUL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weir/job_spec.hpp>

#include "dialects/xargs.hpp"
#include "dialects/xargs_words.hpp"
#include "input/stream_parser.hpp"

namespace weir {

/// What execve(2) takes here.
struct xargs_limits {
  std::size_t most_chars = 0;  ///< bytes that -s may ask for
  std::size_t all = 0;         ///< bytes of a command line with a pointer for each argument
};

class xargs_jobs final : public stream_parser {
 public:
  /// \param request is looked at for what makes jobs; warnings and the rest are others' business.
  xargs_jobs(xargs_request request, xargs_limits limits,
             std::shared_ptr<const job_settings> settings);

  void feed(std::string_view bytes) override { bytes_ = bytes; }
  void finish() override { finished_ = true; }
  std::optional<job_spec> next() override;
  std::optional<std::size_t> left_over() const override;

 private:
  bool take_word();
  std::optional<job_spec> use_word();
  std::optional<job_spec> push(std::string_view word);
  std::optional<job_spec> replace(std::string_view line);
  std::optional<job_spec> end();
  std::optional<job_spec> fail(const std::string& why);
  void begin_batch();
  bool is_full();
  bool fits(std::size_t more) const noexcept;
  job_spec take_batch();
  void warn_of_nul();

  xargs_request request_;
  std::size_t most_chars_;
  xargs_limits limits_;
  std::shared_ptr<const job_settings> settings_;
  argument_list first_;  ///< the command with its own arguments
  xargs_words words_;
  std::string_view bytes_;
  argument_list batch_;
  std::string fault_;  ///< thrown when the jobs before it were given
  std::uint64_t seq_ = 0;
  bool finished_ = false;
  bool ended_ = false;
  bool warned_ = false;
};

}  // namespace weir
