/// A doubly linked list through hooks in its elements: no allocation, O(1) removal of any element
/// without knowing its list. It does not own its elements.
#pragma once

namespace weir::detail {

struct list_hook {
  list_hook() = default;
  list_hook(const list_hook&) = delete;
  list_hook& operator=(const list_hook&) = delete;

  bool linked() const noexcept { return next != nullptr; }
  void unlink() noexcept {
    if (next == nullptr) return;
    previous->next = next;
    next->previous = previous;
    previous = next = nullptr;
  }
  void link_before(list_hook& position) noexcept {
    previous = position.previous;
    next = &position;
    previous->next = this;
    position.previous = this;
  }

  list_hook* previous = nullptr;
  list_hook* next = nullptr;
};

template <typename T>
class intrusive_list {
 public:
  intrusive_list() noexcept { head_.previous = head_.next = &head_; }
  intrusive_list(const intrusive_list&) = delete;
  intrusive_list& operator=(const intrusive_list&) = delete;

  bool empty() const noexcept { return head_.next == &head_; }
  T* front() const noexcept { return empty() ? nullptr : static_cast<T*>(head_.next); }
  void push_back(T& element) noexcept { element.link_before(head_); }
  void push_front(T& element) noexcept { element.link_before(*head_.next); }
  T* pop_front() noexcept {
    T* const first = front();
    if (first != nullptr) first->unlink();
    return first;
  }
  /// Calls visit(T&) for each element; visit must not change the list.
  template <typename Visit>
  void each(Visit&& visit) const {
    for (list_hook* at = head_.next; at != &head_; at = at->next) visit(*static_cast<T*>(at));
  }

 private:
  list_hook head_;
};

}  // namespace weir::detail
