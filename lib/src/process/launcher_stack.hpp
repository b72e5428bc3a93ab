/// What a child runs on, and reports to, until it executes; for launcher*.cpp only.
#pragma once

#include <atomic>
#include <cstddef>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

#include "process/launcher.hpp"

namespace weir {

/// Shared by parent and child while the child borrows our memory.
struct launcher::stack {
  std::atomic<pid_t> tid{0};  ///< set by the kernel at clone, cleared at exec or exit
  std::atomic<int> error{0};  ///< errno of what failed in the child
  std::atomic<launch_step> failed_step{launch_step::program};
  std::atomic<bool> shares_table{false};  ///< the child has not yet left the parent's table
  void* memory = nullptr;                 ///< a guard page, then stack_bytes above it

  stack() {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    constexpr std::size_t stack_bytes = 16 * 1024;
    size_ = page + stack_bytes;
    memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    ::mprotect(memory, page, PROT_NONE);
  }
  stack(const stack&) = delete;
  stack& operator=(const stack&) = delete;
  ~stack() { ::munmap(memory, size_); }

  std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

}  // namespace weir
