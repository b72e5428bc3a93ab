/// Whether a job's result is copied for each who waits, or handed to the first.
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace weir {

namespace detail {

template <typename T>
constexpr bool is_copied();

/// A std::vector of what cannot be copied claims that it can be: its elements are asked as well.
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

/// job::wait copies a T for everybody who waits; when false, the first has the result itself.
/// Specialise it as false for a type of yours that only claims to be copyable, such as a struct
/// with a std::vector<std::unique_ptr<X>>, which is not recognised.
template <typename T>
inline constexpr bool copied_result = detail::is_copied<T>();
template <>
inline constexpr bool copied_result<void> = true;

}  // namespace weir
