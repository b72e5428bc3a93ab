#include "counted_heap.hpp"

#include <cerrno>
#include <cstdlib>

#include <malloc.h>

// Asio takes coroutine frames from aligned_alloc, not from operator new: so malloc itself is
// counted, by standing before glibc's.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace {

heap_use use;
constexpr std::size_t header = sizeof(std::size_t);  // malloc's own, per block

void* counted(void* made) {
  if (made == nullptr) return made;
  ++use.calls;
  use.bytes += malloc_usable_size(made) + header;
  return made;
}
void uncounted(void* at) {
  if (at != nullptr) use.bytes -= malloc_usable_size(at) + header;
}

}  // namespace

heap_use heap_now() {
  return use;
}

extern "C" {
void* malloc(std::size_t size) {
  return counted(__libc_malloc(size));
}
void* calloc(std::size_t count, std::size_t size) {
  return counted(__libc_calloc(count, size));
}
void* realloc(void* at, std::size_t size) {
  uncounted(at);
  return counted(__libc_realloc(at, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return counted(__libc_memalign(alignment, size));
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  *out = counted(__libc_memalign(alignment, size));
  return *out == nullptr ? ENOMEM : 0;
}
void free(void* at) {
  uncounted(at);
  __libc_free(at);
}
}
