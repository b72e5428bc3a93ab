/// A command that is executed without a shell: words to fill with items, job after job.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/shell_words.hpp"

namespace weir {

class argv_plan {
 public:
  /// \param repeats longer words in which items stand are one argument for each item.
  explicit argv_plan(std::vector<template_word> words, bool repeats = false);

  /// Sets argv and slot_marks, from job.seq and the items.
  void fill(job_spec& job, std::span<const std::string_view> items) const;
  /// Appends the words to argv.
  void append(job_spec& job, std::span<const std::string_view> items) const;
  /// Whether no word has a placeholder.
  bool is_fixed() const noexcept { return words_.empty(); }
  bool is_empty() const noexcept { return words_.empty() && fixed_.empty(); }
  const argument_list& fixed() const noexcept { return fixed_; }

  /// As farther() has it, of all placeholders.
  std::int32_t farthest_item() const noexcept;

 private:
  struct word {
    enum class kind { literal, one_argument_each, item, mixed, repeated };
    kind what;
    template_word source;
  };
  void append_words(job_spec& job, std::span<const std::string_view> items) const;
  static word classify(template_word source, bool repeats);
  static void fill_mixed(const template_word& source, job_spec& job,
                         std::span<const std::string_view> items);

  argument_list fixed_;  ///< the literal words in front, most often the program and its options
  std::vector<word> words_;
};

}  // namespace weir
