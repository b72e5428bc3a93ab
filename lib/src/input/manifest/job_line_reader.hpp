/// Turns a line of JSON Lines into jobs whose needs are still names.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/head_reader.hpp"
#include "input/manifest/job_taker.hpp"

namespace weir::doc {

class job_line_reader {
 public:
  explicit job_line_reader(manifest_context context)
      : context_(std::move(context)), jobs_(head_, context_.blocks) {
    head_.run = default_run();
    inherit(head_, context_);
  }
  /// Behind a manifest that was read whole: only for read_added().
  job_line_reader(const document_head& head, manifest_context context)
      : context_(std::move(context)), head_(head), jobs_(head_, context_.blocks) {}
  job_line_reader(const job_line_reader&) = delete;  // jobs_ refers to head_
  job_line_reader& operator=(const job_line_reader&) = delete;

  /// The jobs of the next line: none if it is blank, or is the first and has a `version`. If there
  /// are faults, the jobs may be unable to run.
  std::vector<open_job> read(std::string_view line, field_checker& check);

  /// The jobs of a line that is none of the input, and is not counted.
  std::vector<open_job> read_added(std::string_view line, field_checker& check);

  /// The number of the last line read, from 1.
  std::uint32_t number() const noexcept { return number_; }
  /// Whether a non-blank line has been read: head() does not change any more.
  bool begun() const noexcept { return begun_; }
  const document_head& head() const noexcept { return head_; }
  /// Whether needs can find every job of the lines so far by name.
  bool all_named() const noexcept { return jobs_.all_named(); }

 private:
  manifest_context context_;
  document_head head_;
  job_taker jobs_;
  std::uint32_t number_ = 0;
  bool begun_ = false;
};

}  // namespace weir::doc
