/// A suspended coroutine's completion handler of any type, set aside until its turn.
///
/// It is a std::move_only_function<void()> for handlers of a few words, and never allocates.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace weir::detail {

class resumption {
 public:
  resumption() = default;
  template <typename Handler>
  requires(!std::is_same_v<std::remove_cvref_t<Handler>, resumption>) explicit resumption(
      Handler&& handler)
      : actions_(&actions_of<std::decay_t<Handler>>) {
    using handler_type = std::decay_t<Handler>;
    static_assert(sizeof(handler_type) <= sizeof(bytes_), "the handler does not fit");
    ::new (static_cast<void*>(bytes_)) handler_type(std::forward<Handler>(handler));
  }
  resumption(resumption&& other) noexcept : actions_(std::exchange(other.actions_, nullptr)) {
    if (actions_ != nullptr) actions_->relocate(other.bytes_, bytes_);
  }
  resumption& operator=(resumption&& other) noexcept {
    if (this == &other) return *this;
    reset();
    actions_ = std::exchange(other.actions_, nullptr);
    if (actions_ != nullptr) actions_->relocate(other.bytes_, bytes_);
    return *this;
  }
  ~resumption() { reset(); }

  explicit operator bool() const noexcept { return actions_ != nullptr; }
  /// Resumes the coroutine, once; it is empty afterwards.
  void operator()() {
    resumption self = std::move(*this);
    self.actions_->invoke(self.bytes_);
  }
  void reset() noexcept {
    if (actions_ != nullptr) std::exchange(actions_, nullptr)->destroy(bytes_);
  }

 private:
  struct actions {
    void (*invoke)(void*);
    void (*relocate)(void* from, void* to);
    void (*destroy)(void*);
  };
  template <typename H>
  static constexpr actions actions_of = {[](void* at) { (*static_cast<H*>(at))(); },
                                         [](void* from, void* to) {
                                           ::new (to) H(std::move(*static_cast<H*>(from)));
                                           static_cast<H*>(from)->~H();
                                         },
                                         [](void* at) { static_cast<H*>(at)->~H(); }};

  const actions* actions_ = nullptr;
  alignas(std::max_align_t) std::byte bytes_[2 * sizeof(void*)];
};

}  // namespace weir::detail
