/// What execve(2) accepts: the sizes above which Linux answers E2BIG.
#pragma once

#include <cstddef>
#include <string>

#include <weir/argument_list.hpp>

namespace weir {

struct exec_limits {
  std::size_t argument = 0;  ///< bytes of one argument, without its NUL
  std::size_t all = 0;       ///< bytes of all arguments, with a NUL and a pointer for each

  bool fits(const argument_list& arguments) const noexcept;
  /// The share of the limit that they use: 1 just fits.
  double load(const argument_list& arguments) const noexcept;
  /// Why they cannot be passed, in words for people; empty if they can.
  std::string fault(const argument_list& arguments) const;
};

/// For programs that get the environment of this process and the variables that weir adds.
exec_limits limits_of_jobs();

}  // namespace weir
