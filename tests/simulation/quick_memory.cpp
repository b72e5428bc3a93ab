// Memory for simulate alone: a history takes and gives back thousands of small blocks, on one
// thread, and the C library's bookkeeping took a sixth of its time. What was given back is kept for
// the next block of that size. Sanitizers have a memory of their own, and see to it there.
#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

constexpr std::size_t step = 32;
constexpr std::size_t largest = 2048;
constexpr std::size_t at_once = std::size_t{256} << 10;

/// In front of each block; as large as its alignment asks for.
struct alignas(std::max_align_t) head {
  union {
    head* next;        ///< of those that were given back
    std::size_t size;  ///< of those in use: which list it came from; 0: from malloc
  };
};

thread_local std::array<head*, largest / step + 1> free_blocks{};
thread_local char* fresh = nullptr;
thread_local std::size_t left = 0;

head* take_fresh(std::size_t bytes) {
  if (left < bytes) {
    fresh = static_cast<char*>(std::malloc(at_once));
    if (fresh == nullptr) throw std::bad_alloc();
    left = at_once;
  }
  char* const here = fresh;
  fresh += bytes;
  left -= bytes;
  return reinterpret_cast<head*>(here);
}

}  // namespace

void* operator new(std::size_t bytes) {
  const std::size_t size = (bytes + step - 1) / step;
  if (size >= free_blocks.size()) {
    auto* const block = static_cast<head*>(std::malloc(sizeof(head) + bytes));
    if (block == nullptr) throw std::bad_alloc();
    block->size = 0;
    return block + 1;
  }
  head* block = free_blocks[size];
  if (block != nullptr)
    free_blocks[size] = block->next;
  else
    block = take_fresh(sizeof(head) + size * step);
  block->size = size + 1;
  return block + 1;
}

void operator delete(void* bytes) noexcept {
  if (bytes == nullptr) return;
  head* const block = static_cast<head*>(bytes) - 1;
  const std::size_t size = block->size;
  if (size == 0) return std::free(block);
  block->next = free_blocks[size - 1];
  free_blocks[size - 1] = block;
}

void operator delete(void* bytes, std::size_t) noexcept {
  operator delete(bytes);
}

#endif
