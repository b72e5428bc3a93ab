/// From xargs' words to jobs: as many on a command line as -n, -L, -s and the system allow, or each
/// line in place of a string (-I).
///
/// Sizes are counted as in findutils, so that the command lines are the same: the bytes of all
/// arguments, each with its NUL.
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

/// What execve(2) accepts here.
struct xargs_limits {
  std::size_t most_chars = 0;  ///< bytes that -s may request
  std::size_t all = 0;         ///< bytes of a command line, including a pointer for each argument
};

class xargs_jobs final : public stream_parser {
 public:
  /// \param request only its settings for making jobs are used; warnings and the rest are ignored.
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
  argument_list first_;  ///< the command with its initial arguments
  xargs_words words_;
  std::string_view bytes_;
  argument_list batch_;
  std::string fault_;  ///< thrown once the jobs before it have been returned
  std::uint64_t seq_ = 0;
  bool finished_ = false;
  bool ended_ = false;
  bool warned_ = false;
};

}  // namespace weir
