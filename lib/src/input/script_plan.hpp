/// A command that a shell runs: the script with references to positional parameters, and what the
/// parameters are filled with, job after job.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/script.hpp"

namespace weir {

class script_plan {
 public:
  /// \param shell the program and the option before the script, such as /bin/sh and -c.
  /// \param shows_script whether the text for people is the script alone, to paste into any shell.
  script_plan(argument_list shell, scanned_script script, bool shows_script);

  /// Sets argv, slot_marks and text, from job.seq and the items.
  /// \throws usage_error if an item would be evaluated as an arithmetic expression and is not one
  /// of digits, names and operators.
  void fill(job_spec& job, std::span<const std::string_view> items) const;

 private:
  bool is_spread(const script_part& part) const;
  std::size_t parameter_of(const placeholder& what) const;
  argument_list arguments_for(std::size_t items) const;
  std::string script_for(std::size_t items) const;
  std::string value_of(const placeholder& what, const job_spec& job,
                       std::span<const std::string_view> items) const;
  void check_numbers(const job_spec& job, std::span<const std::string_view> items) const;
  std::string text_for(const job_spec& job, std::span<const std::string_view> items) const;
  bool append_text(std::string& text, const script_part& part, const job_spec& job,
                   std::span<const std::string_view> items) const;

  argument_list shell_;
  scanned_script script_;
  std::vector<placeholder> joined_;  ///< one parameter each, $1 first
  std::vector<placeholder> spread_;  ///< a parameter for each item each, after those of joined_
  argument_list for_one_item_;       ///< up to the parameters
  bool evaluates_items_ = false;
  bool shows_script_;
};

}  // namespace weir
