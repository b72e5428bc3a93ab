/// The texts in which a job with a matrix may use {key}, compiled once for all combinations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/manifest/job_draft.hpp"
#include "input/manifest/matrix.hpp"
#include "input/template.hpp"

namespace weir::doc {

class template_set {
 public:
  /// \pre the draft has a matrix, and argv or run, and outlives this.
  /// \throws usage_error for a script with a placeholder where a shell takes no data.
  template_set(const job_draft& draft, const std::string& shell);

  /// argv and, for a script, text.
  job_spec command(const combination& values) const;
  /// A name without any {key} is followed by the values, as in "test (linux, 12)": names differ.
  std::string name(const combination& values) const;
  /// The name with some, but not all, of its keys replaced, in every way: what a need becomes in a
  /// job that has only those keys. For names with 2 to 4 keys.
  std::vector<std::string> partial_names(const combination& values) const;
  std::vector<need_draft> needs(const combination& values) const;
  /// Whether env, dir or stdin differ between combinations.
  bool changes_settings() const noexcept;
  std::string dir(const combination& values) const;
  carried_files files(const combination& values) const;
  /// \pre nothing is split
  job_input input(const combination& values) const;
  /// \pre a file is split
  std::string split_file(const combination& values) const { return input_.fill(values); }
  /// Replaces the values of the draft's own variables.
  /// \param env the variables into which the draft's were merged; always the same, in the same
  /// order.
  void fill_env(env_changes& env, const combination& values);

 private:
  // Without any {key} a text is kept as it is, and nothing is compiled.
  class text {
   public:
    text() = default;
    text(std::string_view plain, const template_options& options);
    std::string fill(const combination& values) const;
    bool fixed() const noexcept { return !filled_; }

   private:
    std::string plain_;
    std::optional<text_template> filled_;
  };

  struct partial_name {
    std::vector<std::size_t> keys;  ///< places in a combination
    text filled;
  };

  template_set(const job_draft& draft, const template_options& options);
  void add_partial_names(std::string_view name, const template_options& options);

  const job_draft& draft_;
  command_template command_;
  text name_;
  std::vector<partial_name> partial_names_;
  text dir_;
  text input_;
  std::vector<text> sent_;
  std::vector<text> returned_;
  std::vector<text> needs_;
  struct variable {
    std::size_t place;  ///< its index in the whole environment, once known
    std::string name;
    text value;
  };
  void find_variables(const env_changes& env);

  std::vector<variable> env_;
  bool placed_ = false;
};

}  // namespace weir::doc
