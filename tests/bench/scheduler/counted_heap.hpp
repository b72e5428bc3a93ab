/// Counts what malloc and its like hand out. Linked into the benchmark only.
#pragma once

#include <cstddef>

struct heap_use {
  std::size_t calls = 0;  ///< that took memory
  std::size_t bytes = 0;  ///< in use now, as malloc rounds them up
};

/// Since the start of the program; single-threaded.
heap_use heap_now();
