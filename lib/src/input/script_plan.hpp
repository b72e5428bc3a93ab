/// A command that a shell runs: the script with references to variables, and what these are filled
/// with, job after job.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/script.hpp"
#include "input/shell_dialect.hpp"

namespace weir {

class script_plan {
 public:
  /// \param shell the program and the option before the script, such as /bin/sh and -c.
  /// \param written the script with its placeholders.
  /// \param shows_script whether the text for people is the script alone, to paste into any shell.
  script_plan(const std::vector<std::string>& shell, std::string_view written,
              scanned_script script, bool shows_script);

  /// Sets argv, script, slot_marks and text, from job.seq and the items; and refused, if an item
  /// would be evaluated as an arithmetic expression and is not one of digits and operators.
  void fill(job_spec& job, std::span<const std::string_view> items) const;

 private:
  bool is_spread(const script_part& part) const;
  std::size_t variable_of(const placeholder& what) const;
  std::size_t variables_for(std::size_t items) const;
  argument_list arguments_for(std::size_t items) const;
  std::string script_for(std::size_t items) const;
  std::string value_of(const placeholder& what, const job_spec& job,
                       std::span<const std::string_view> items) const;
  void check_numbers(job_spec& job, std::span<const std::string_view> items) const;
  std::string text_for(const job_spec& job, std::span<const std::string_view> items) const;
  bool append_text(std::string& text, const script_part& part, const job_spec& job,
                   std::span<const std::string_view> items) const;

  argument_list shell_;
  scanned_script script_;
  std::string name_;  ///< of the shell: $0, which is in its messages
  shell_dialect dialect_;
  std::shared_ptr<const written_script> written_;
  std::vector<placeholder> joined_;  ///< one variable each, weir_1 first
  std::vector<placeholder> spread_;  ///< a variable for each item each, after those of joined_
  argument_list for_one_item_;       ///< up to the items
  bool evaluates_items_ = false;
  bool shows_script_;
};

}  // namespace weir
