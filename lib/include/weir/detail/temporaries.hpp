/// Keeps out of co_await expressions what GCC 12 destroys twice there.
///
/// GCC before 13 flattens the temporaries of a co_await expression, and destroys twice the members
/// of those that it initialises in place: closures with captures and braced aggregates
/// (https://gcc.gnu.org/PR99576 and its relatives). A function cannot see whether its argument was
/// such a temporary or had a name, so both are refused if there is something to destroy;
/// weir::moved is the way in for named objects.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace weir::detail {

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
inline constexpr bool temporaries_are_destroyed_twice = true;
#else
inline constexpr bool temporaries_are_destroyed_twice = false;
#endif

/// Whether T is a lambda's type, which only its printed name shows: "[with T =
/// f()::<lambda(int)>]".
template <typename T>
constexpr bool is_closure() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_suffix(1);
  if (!name.ends_with(")>")) return false;
  std::size_t at = name.size();
  for (int open = 0; at > 0;) {
    --at;
    if (name[at] == '>') ++open;
    if (name[at] == '<' && --open == 0) break;
  }
  return name.substr(at).starts_with("<lambda(");
}

/// Whether an argument may be passed as it is; T is what a forwarding reference T&& deduces.
template <typename T>
inline constexpr bool may_be_temporary =
    !temporaries_are_destroyed_twice || std::is_reference_v<T> ||
    std::is_trivially_destructible_v<T> || !(std::is_aggregate_v<T> || is_closure<T>());

/// For every function that is awaited: rejects arguments that must not be temporaries.
template <typename... T>
constexpr void require_safe_temporaries() {
  static_assert((... && may_be_temporary<T>),
                "GCC 12 destroys this temporary twice in a co_await expression: a lambda with "
                "captures, or an aggregate. Write spawn(function, args...) with what it captured "
                "as args; or give it a name first and pass weir::moved(name), or a copy.");
}

/// The type in which an argument is kept.
template <typename T>
struct kept {
  using type = std::decay_t<T>;
};
template <typename T>
requires requires {
  typename std::remove_cvref_t<T>::moved_type;
}
struct kept<T> {
  using type = typename std::remove_cvref_t<T>::moved_type;
};
template <typename T>
using kept_t = typename kept<T>::type;

}  // namespace weir::detail
