/// Memory of jobs that have ended, for the next ones of the same scheduler.
///
/// It knows only blocks and sizes. malloc returns the block that was freed longest ago, which has
/// left the caches once thousands of jobs have been pending; this returns the latest. The amount
/// kept is bounded: the memory of a crowd goes back to malloc.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace weir::detail {

/// Thread-safe: a caller that finds it in use by another thread uses malloc instead.
class record_pool {
 public:
  record_pool() = default;
  record_pool(const record_pool&) = delete;
  record_pool& operator=(const record_pool&) = delete;
  ~record_pool();

  /// \returns at least `size` bytes, aligned as by operator new.
  /// \throws std::bad_alloc.
  void* take(std::size_t size);
  /// Takes back a block returned by take(size).
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
