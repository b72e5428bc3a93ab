/// The memory of jobs that have ended, for the next ones of the same scheduler.
///
/// It knows blocks and sizes only. malloc gives back the block that was freed longest ago, which
/// has left the caches once thousands of jobs have been pending; this gives the latest. What is
/// kept is bounded: the memory of a crowd goes back to malloc.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace weir::detail {

/// Thread-safe: whoever finds it in use on another thread goes to malloc instead.
class record_pool {
 public:
  record_pool() = default;
  record_pool(const record_pool&) = delete;
  record_pool& operator=(const record_pool&) = delete;
  ~record_pool();

  /// \returns at least `size` bytes, aligned as operator new's.
  /// \throws std::bad_alloc.
  void* take(std::size_t size);
  /// Takes back what take(size) gave.
  void give(void* at, std::size_t size) noexcept;

 private:
  struct block {
    block* next;
  };
  struct shelf {
    block* top = nullptr;
    std::size_t count = 0;
  };
  shelf* shelf_for(std::size_t size) noexcept;

  std::array<shelf, 8> shelves_;  ///< by size, as malloc rounds it
  std::atomic_flag busy_;
};

}  // namespace weir::detail
