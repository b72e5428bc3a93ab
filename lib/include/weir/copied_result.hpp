/// Whether each waiter gets a copy of a job's result, or the first one gets the result itself.
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace weir {

namespace detail {

template <typename T>
constexpr bool is_copied();

/// A std::vector claims to be copyable even if its elements are not, so those are checked too.
template <typename T>
struct copied : std::is_copy_constructible<T> {};
template <typename T>
requires(!std::is_same_v<typename T::value_type, T>) struct copied<T>
    : std::bool_constant<std::is_copy_constructible_v<T> && is_copied<typename T::value_type>()> {
};
template <typename T, typename U>
struct copied<std::pair<T, U>> : std::bool_constant<is_copied<T>() && is_copied<U>()> {};
template <typename... T>
struct copied<std::tuple<T...>> : std::bool_constant<(... && is_copied<T>())> {};
template <typename... T>
struct copied<std::variant<T...>> : std::bool_constant<(... && is_copied<T>())> {};

template <typename T>
constexpr bool is_copied() {
  return copied<std::remove_const_t<T>>::value;
}

}  // namespace detail

/// If true, job::wait gives each waiter a copy of a T; if false, the first waiter gets the result
/// itself. Specialise it as false for a type that only claims to be copyable, such as a struct
/// with a std::vector<std::unique_ptr<X>> member, which is not detected.
template <typename T>
inline constexpr bool copied_result = detail::is_copied<T>();
template <>
inline constexpr bool copied_result<void> = true;

}  // namespace weir
