/// A command executed without a shell: words to fill with items, job after job.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/many_items.hpp"
#include "input/shell_words.hpp"

namespace weir {

class argv_plan {
 public:
  /// \param drops_missing a word that is only {3} is left out if there are two items; otherwise it
  /// is empty.
  explicit argv_plan(std::vector<template_word> words, many_items many = many_items::joined,
                     bool drops_missing = false);

  /// Sets argv and slot_marks, from job.seq and the items.
  void fill(job_spec& job, std::span<const std::string_view> items) const;
  /// Appends the words to argv.
  void append(job_spec& job, std::span<const std::string_view> items) const;
  /// Whether no word has a placeholder.
  bool is_fixed() const noexcept { return words_.empty(); }
  /// Whether a word is repeated for each item.
  bool repeats() const noexcept;
  bool is_empty() const noexcept { return words_.empty() && fixed_.empty(); }
  const argument_list& fixed() const noexcept { return fixed_; }

  /// As farther() defines it, over all placeholders.
  std::int32_t farthest_item() const noexcept;

 private:
  struct word {
    enum class kind { literal, one_argument_each, item, mixed, repeated, split };
    kind what;
    template_word source;
  };
  void append_words(job_spec& job, std::span<const std::string_view> items) const;
  static word classify(template_word source, many_items many);
  static void fill_mixed(const template_word& source, job_spec& job,
                         std::span<const std::string_view> items, bool splits = false);

  argument_list fixed_;  ///< the leading literal words, usually the program and its options
  std::vector<word> words_;
  bool drops_missing_;
};

}  // namespace weir
