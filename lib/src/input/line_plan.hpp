/// A command line filled in as text, as GNU parallel fills in all of its own.
///
/// Commands of weir never are: there, items are data (script_plan). GNU parallel's have items that
/// are meant to be code: where a command begins with one, and those for which uq() asks.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/placeholder.hpp"
#include "input/shell_program.hpp"
#include "input/shell_words.hpp"

namespace weir {

/// Whether an item is code there: parallel(1), "{}": "Replacement strings are normally quoted
/// [...]. The exception is if the command starts with a replacement string".
bool has_items_as_code(std::string_view script, const placeholder_grammar& grammar);

/// Whether an expression in it asks for that: uq().
bool has_unquoted(std::string_view text, const placeholder_grammar& grammar);

class line_plan {
 public:
  /// \param repeats a word with {}, as blanks separate them whatever their quotes, is repeated for
  /// each item; otherwise the items are joined by a blank.
  line_plan(std::string_view script, const placeholder_grammar& grammar, shell_program shell,
            bool repeats);

  /// Sets argv, slot_marks and text, from job.seq and the items. An item that there is none of is
  /// nothing.
  void fill(job_spec& job, std::span<const std::string_view> items) const;

  /// As farther() defines it, over all placeholders.
  std::int32_t farthest_item() const noexcept;

 private:
  void append(std::string& text, const template_word& word, job_spec& job,
              std::span<const std::string_view> items) const;
  void append(std::string& text, const placeholder& what, std::string_view item,
              std::uint64_t seq) const;

  shell_program shell_;
  bool quotes_ = true;  ///< false: every item is code
  bool repeats_;
  std::vector<template_word> words_;  ///< those of blanks, too
};

}  // namespace weir
