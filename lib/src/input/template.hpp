/// The command of a run, compiled once and filled in for every job.
///
/// Several words are an argv: placeholders fill arguments, and no shell is involved. One word with
/// blanks or shell syntax is a script: each placeholder in it becomes a reference to a variable
/// that nothing else uses, so that data is never parsed as code. A script without any shell syntax
/// is split into words and executed directly, which gives the same result sooner. Several words
/// that are a shell and its script (bash -c 'x {} | y') are treated as a script too; inside another
/// shell within that, or in the arguments of eval and ssh, an item means whatever those make of it.
///
/// It is pure: no process, no clock. Bytes that no item may hold (NUL) are refused on reading.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/many_items.hpp"
#include "input/placeholder_tags.hpp"

namespace weir {

enum class template_form {
  by_words,  ///< several words: argv; one word: a script if it has blanks or shell syntax; with a
             ///< shell that the user asked for: always a script
  argv,      ///< every word is an argument
  script,    ///< the only word is a script
};

struct template_options {
  std::string shell{};               ///< a program with options, such as "bash -eu"; empty: /bin/sh
  std::vector<std::string> names{};  ///< {names[0]} is {1}, ...: --header, a matrix
  std::string variables = "weir_";   ///< the beginning of names of variables for items
  bool append_items = true;  ///< without any placeholder, the items become the last arguments
  bool names_only = false;   ///< only {name} is a placeholder
  many_items many = many_items::joined;  ///< -X: a longer word with {} is repeated
  template_form form = template_form::by_words;
  placeholder_syntax syntax{};  ///< --rpl, --plus, -I
  bool fills_lines = false;     ///< as GNU parallel: where items are meant as code, they are
};

class command_template {
 public:
  /// \pre words is not empty.
  /// \throws usage_error if a placeholder stands where a shell takes no data, such as in a
  /// here-document with a quoted delimiter.
  explicit command_template(std::span<const std::string> words,
                            const template_options& options = {});
  ~command_template();
  command_template(command_template&&) noexcept;
  command_template& operator=(command_template&&) noexcept;

  /// The job for these items: of one line, of one tuple, or of a batch, in order. Sets seq, argv,
  /// slot_marks and text. A {n} without an item gives an empty string: check farthest_item() first.
  /// An argument that is exactly {} ({.}, {/}, ...) becomes one argument for each item; within a
  /// longer word, or within quotes in a script, the items are joined by one blank.
  /// Sets refused if an item that is not a number would be evaluated as one.
  job_spec expand(std::uint64_t seq, std::span<const std::string_view> items) const;

  /// Whether it contains a word that is repeated for each item.
  bool repeats_words() const noexcept;

  /// Whether items are code in it: the last argument is the whole line.
  bool is_line() const noexcept;

  /// Whether a shell runs it.
  bool is_script() const noexcept;

  /// The {n} or {-n} that needs the most items; 0 if there is none.
  std::int32_t farthest_item() const noexcept;

 private:
  struct compiled;
  std::unique_ptr<const compiled> compiled_;
};

/// A text with placeholders that is not a command: --tagstring, --results, names and directories in
/// a manifest. The slot is not known yet.
class text_template {
 public:
  explicit text_template(std::string_view text, const template_options& options = {});
  ~text_template();
  text_template(text_template&&) noexcept;
  text_template& operator=(text_template&&) noexcept;

  /// \param slot stands for {%}.
  std::string expand(std::uint64_t seq, std::span<const std::string_view> items,
                     std::string_view slot = "{%}") const;

  /// The {n} or {-n} that needs the most items; 0 if there is none.
  std::int32_t farthest_item() const noexcept;

 private:
  struct compiled;
  std::unique_ptr<const compiled> compiled_;
};

}  // namespace weir
