/// std::move for what is given to spawn and its like, with no chance to move from a temporary.
#pragma once

#include <utility>

namespace weir {

/// What moved() gives: a reference to be moved from. Good for the expression it is made in.
template <typename T>
class moved_object {
 public:
  using moved_type = T;
  explicit moved_object(T& named) noexcept : named_(&named) {}
  // NOLINTNEXTLINE(google-explicit-constructor): it stands for the object
  operator T&&() const noexcept { return std::move(*named_); }

 private:
  T* named_;
};

/// std::move for an argument of spawn, shield, for_each and their like. It takes what has a name,
/// and so nothing that GCC 12 would destroy twice:
/// `auto work = [socket]() -> awaitable<> {...}; co_await jobs.spawn(weir::moved(work));`
template <typename T>
requires(!std::is_const_v<T>) [[nodiscard]] moved_object<T> moved(T& named) noexcept {
  return moved_object<T>(named);
}

}  // namespace weir
