/// One line of JSON Lines becomes jobs whose needs are still names.
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
  job_line_reader(const job_line_reader&) = delete;  // jobs_ refers to head_
  job_line_reader& operator=(const job_line_reader&) = delete;

  /// The jobs of the next line: none for a blank one, and for the first when it has a `version`.
  /// With faults they may be such as cannot run.
  std::vector<open_job> read(std::string_view line, field_checker& check);

  /// The number of the line read last, from 1.
  std::uint32_t number() const noexcept { return number_; }
  /// A line that is not blank was read: head() does not change any more.
  bool begun() const noexcept { return begun_; }
  const document_head& head() const noexcept { return head_; }
  /// No job of the lines so far is missing among those that needs may mean.
  bool all_named() const noexcept { return jobs_.all_named(); }

 private:
  manifest_context context_;
  document_head head_;
  job_taker jobs_;
  std::uint32_t number_ = 0;
  bool begun_ = false;
};

}  // namespace weir::doc
