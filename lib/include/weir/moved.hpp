/// std::move for arguments of spawn and the like, which cannot be applied to a temporary.
#pragma once

#include <utility>

namespace weir {

/// What moved() returns: a reference to move from. Valid in the expression that created it.
template <typename T>
class moved_object {
 public:
  using moved_type = T;
  explicit moved_object(T& named) noexcept : named_(&named) {}
  // NOLINTNEXTLINE(google-explicit-constructor): it represents the object
  operator T&&() const noexcept { return std::move(*named_); }

 private:
  T* named_;
};

/// std::move for an argument of spawn, shield, for_each and the like. It takes only named objects,
/// hence nothing that GCC 12 would destroy twice:
/// `auto work = [socket]() -> awaitable<> {...}; co_await jobs.spawn(weir::moved(work));`
template <typename T>
requires(!std::is_const_v<T>) [[nodiscard]] moved_object<T> moved(T& named) noexcept {
  return moved_object<T>(named);
}

}  // namespace weir
