/// A command run by a shell: the script, with references to variables, and the values for these,
/// job after job.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/argv_plan.hpp"
#include "input/inlined_script.hpp"
#include "input/script.hpp"
#include "input/shell_dialect.hpp"
#include "input/shell_words.hpp"

namespace weir {

/// What surrounds a script in its shell's arguments.
struct script_frame {
  std::vector<template_word> before;  ///< the shell and its options, such as /bin/sh and -c
  shell_dialect dialect;
  std::string variables;             ///< the beginning of the names of those with items
  std::vector<template_word> name;   ///< one word: $0, which appears in the shell's messages
  std::vector<template_word> after;  ///< the script's own arguments
  bool shows_script = false;  ///< the text for people is the script, not all of the arguments
  bool appended = false;      ///< the placeholder at the script's end was added by weir
};

class script_plan {
 public:
  /// \param written the script with its placeholders.
  script_plan(script_frame frame, std::string_view written, scanned_script script);

  /// Sets argv, script, slot_marks and text, from job.seq and the items; and `refused` if an item
  /// would be evaluated where it stands and is not harmless. The text then has no items.
  void fill(job_spec& job, std::span<const std::string_view> items) const;

  /// As farther() defines it, over all placeholders.
  std::int32_t farthest_item() const noexcept;

 private:
  std::shared_ptr<const written_script> make_written(std::string_view written) const;
  std::string script_for(std::size_t items) const;
  argument_list head_for_one_item() const;
  void fill_head(job_spec& job, std::span<const std::string_view> items, bool one) const;
  void fill_items(job_spec& job, std::span<const std::string_view> items, bool one) const;
  std::string value_of(const placeholder& what, const job_spec& job,
                       std::span<const std::string_view> items) const;
  void check_evaluated(job_spec& job, std::span<const std::string_view> items) const;
  std::string refusal(std::string_view value, evaluation as) const;
  std::string text_for(const job_spec& job, std::span<const std::string_view> items) const;
  bool append_text(std::string& text, const script_part& part, const job_spec& job,
                   std::span<const std::string_view> items) const;

  shell_dialect dialect_;
  std::string variables_;
  argv_plan before_;
  argv_plan name_;
  argv_plan after_;
  std::shared_ptr<const script_shape> shape_;
  std::shared_ptr<const written_script> written_;
  argument_list for_one_item_;  ///< all before the items; empty if other words have placeholders
  bool evaluates_items_ = false;
  bool shows_script_;
  bool appended_;
};

}  // namespace weir
