// Memory for simulate alone: a history takes and gives back thousands of small blocks, on one
// thread, and the C library's bookkeeping took a sixth of its time. What was given back is kept for
// the next block of that size. The linker leads here also what Asio takes with aligned_alloc, and
// gives back with free. Sanitizers have a memory of their own, and see to it there.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

extern "C" {
void* __real_aligned_alloc(std::size_t alignment, std::size_t bytes);
void __real_free(void* bytes);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

extern "C" {
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return __real_aligned_alloc(alignment, bytes);
}
void __wrap_free(void* bytes) {
  __real_free(bytes);
}
}

#else

namespace {

constexpr std::size_t step = 32;
constexpr std::size_t largest = 4096;
/// Blocks of one size each.
constexpr std::size_t page = std::size_t{64} << 10;
constexpr std::size_t pages = std::size_t{1} << 15;

struct free_block {
  free_block* next;
};

char* arena = nullptr;  ///< address space; memory only where it was used
std::size_t pages_used = 0;
std::array<std::uint8_t, pages> sizes_of_pages{};  ///< in steps
std::array<free_block*, largest / step + 1> free_blocks{};

/// \returns null: no more are to be had.
free_block* take_page(std::size_t size) {
  if (arena == nullptr) {
    void* const all = ::mmap(nullptr, page * pages, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED) return nullptr;
    arena = static_cast<char*>(all);
  }
  if (pages_used == pages) return nullptr;
  sizes_of_pages[pages_used] = static_cast<std::uint8_t>(size);
  char* const first = arena + page * pages_used++;
  free_block* list = nullptr;
  for (std::size_t at = page / (size * step); at-- > 0;)
    list = new (first + at * size * step) free_block{list};
  return list;
}

/// \returns null: the C library has to.
void* take(std::size_t bytes) {
  const std::size_t size = bytes == 0 ? 1 : (bytes + step - 1) / step;
  if (size >= free_blocks.size()) return nullptr;
  free_block*& list = free_blocks[size];
  if (list == nullptr && (list = take_page(size)) == nullptr) return nullptr;
  free_block* const block = list;
  list = block->next;
  return block;
}

void give_back(void* bytes) {
  const auto at = static_cast<std::size_t>(static_cast<char*>(bytes) - arena);
  if (arena == nullptr || at >= page * pages) return __real_free(bytes);
  free_block*& list = free_blocks[sizes_of_pages[at / page]];
  list = new (bytes) free_block{list};
}

}  // namespace

extern "C" {
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t bytes) {
  void* const block = alignment <= step ? take(bytes) : nullptr;
  return block != nullptr ? block : __real_aligned_alloc(alignment, bytes);
}
void __wrap_free(void* bytes) {
  give_back(bytes);
}
}

void* operator new(std::size_t bytes) {
  if (void* const block = take(bytes)) return block;
  if (void* const block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}

void operator delete(void* bytes) noexcept {
  give_back(bytes);
}

void operator delete(void* bytes, std::size_t) noexcept {
  give_back(bytes);
}

#endif
