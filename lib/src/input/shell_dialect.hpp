/// The languages of the shells that weir passes data to, by the program's name.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

enum class shell_dialect : std::uint8_t {
  posix,  ///< dash and others that evaluate only $((...)), and no code in it
  sh,     ///< any of posix, bash, ksh: what one of them evaluates may be evaluated
  bash,
  ksh,
  zsh,
  fish,
  csh,
  unknown,  ///< data cannot be passed to it
};

/// By the last component of a path, ignoring a version: bash-5.2, ksh93, zsh-static.
shell_dialect dialect_of(std::string_view program);

/// Whether it follows the rules of the POSIX shell, with more or fewer of its own.
constexpr bool is_posix_like(shell_dialect dialect) {
  return dialect <= shell_dialect::zsh;
}

/// Whether a number is an expression in which the shell may find code: a[$(x)] in bash.
constexpr bool evaluates_code(shell_dialect dialect) {
  return is_posix_like(dialect) && dialect != shell_dialect::posix;
}

/// The last component of a path.
std::string_view program_name(std::string_view program);

}  // namespace weir
