/// A script with its items in place of the variables: `exit 1`, where weir runs `weir_1=$1; shift;
/// exit "$weir_1"`.
///
/// It is for people, who read it and paste it into a shell. So it exists only if the shell that
/// runs the script, be it dash, bash, zsh or ksh, treats both alike: an item is a plain word, or
/// stands in quotes, and does not combine with the text next to it. Otherwise, or in case of doubt,
/// the script with the variables is shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <weir/argument_list.hpp>

#include "input/script.hpp"
#include "input/script_variables.hpp"

namespace weir {

/// What script_plan and inlined_script have in common.
struct script_shape {
  scanned_script script;
  script_variables variables;
};

class inlined_script {
 public:
  /// \param written the script with its placeholders.
  /// \param after how many arguments of the script itself follow the items.
  inlined_script(std::shared_ptr<const script_shape> shape, std::string_view written,
                 std::size_t after);

  /// \param argv of a job: shell, options, script, $0, items, the script's own arguments.
  /// \param script the index of the script.
  /// \returns argv in inlined form; empty if there is no such form.
  std::vector<std::string> operator()(const argument_list& argv, std::uint32_t script) const;

 private:
  /// How a value may stand in the place of a placeholder.
  enum class form : std::uint8_t {
    never,
    word,           ///< bare, or in double quotes
    quoted,         ///< in double quotes
    piece,          ///< bare, part of a longer word
    in_quotes,      ///< as it is, within the script's double quotes
    single_quotes,  ///< as it is, within the script's single quotes
    digits,
  };

  form form_of(std::size_t part) const;
  form form_of_unquoted(const script_part& part, std::string_view after) const;
  static bool append(std::string& text, std::string_view value, form how);

  std::shared_ptr<const script_shape> shape_;
  std::vector<form> forms_;  ///< one per part; empty if one of them is `never`
  std::size_t after_;
  bool needs_name_ = false;  ///< the script may look at its $0
};

}  // namespace weir
