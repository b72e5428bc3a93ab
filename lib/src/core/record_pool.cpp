#include <weir/detail/record_pool.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace weir::detail {

namespace {

/// The smallest record, and the steps in which malloc grows: each block has 8 bytes of overhead.
constexpr std::size_t least = 200;
constexpr std::size_t step = 16;

/// Blocks of one size that are kept. None under a sanitizer, which should see each use after free.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t most = 0;
#else
constexpr std::size_t most = 16384;
#endif

constexpr std::size_t rounded(std::size_t size) {
  const std::size_t above = std::max(size, least) - least;
  return least + (above + step - 1) / step * step;
}

}  // namespace

record_pool::~record_pool() {
  for (shelf& of : shelves_)
    while (block* const at = of.top) {
      of.top = at->next;
      ::operator delete(at);
    }
}

record_pool::shelf* record_pool::shelf_for(std::size_t size) noexcept {
  const std::size_t index = (rounded(size) - least) / step;
  return index < shelves_.size() ? &shelves_[index] : nullptr;
}

void* record_pool::take(std::size_t size) {
  block* found = nullptr;
  if (shelf* const of = shelf_for(size);
      of != nullptr && !busy_.test_and_set(std::memory_order_acquire)) {
    found = of->top;
    if (found != nullptr) {
      of->top = found->next;
      --of->count;
    }
    busy_.clear(std::memory_order_release);
  }
  return found != nullptr ? found : ::operator new(rounded(size));
}

void record_pool::give(void* at, std::size_t size) noexcept {
  bool kept = false;
  if (shelf* const of = shelf_for(size);
      of != nullptr && !busy_.test_and_set(std::memory_order_acquire)) {
    kept = of->count < most;
    if (kept) {
      of->top = ::new (at) block{of->top};
      ++of->count;
    }
    busy_.clear(std::memory_order_release);
  }
  if (!kept) ::operator delete(at);
}

}  // namespace weir::detail
