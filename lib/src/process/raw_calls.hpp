/// System calls of a child that borrows our memory: without errno, which is shared, and without
/// libc's clone, whose stack rules and cancellation points do not suit us. What differs between
/// processors is here, and nowhere else. On processors without these, no child borrows memory:
/// there they are libc's, with the same results.
#pragma once

#include <linux/sched.h>

#include <fcntl.h>
#include <sys/syscall.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define WEIR_CLONES 1

// No sanitizer: its shadow memory does not know the child's stack.
#define WEIR_CHILD __attribute__((no_sanitize("address", "undefined", "thread")))

namespace weir {

/// \returns what the kernel returns: a negative errno value on failure (syscall(2)).
WEIR_CHILD inline long raw(long number, long a = 0, long b = 0, long c = 0, long d = 0,
                           long e = 0) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  return result;
#else
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
#endif
}

/// clone3(2) whose child calls entry(argument), which never returns, on the stack given in
/// `arguments`. \returns the child's pid, or a negative errno value.
inline long clone3_into(const clone_args& arguments, void (*entry)(void*), void* argument) {
#if defined(__x86_64__)
  long result;
  register void* child_argument asm("r12") = argument;
  register void (*child_entry)(void*) asm("r13") = entry;
  // A frame pointer of 0 ends the child's chain of frames (System V ABI, 3.4.1).
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r12, %%rdi\n\t"
      "call *%%r13\n\t"
      "ud2\n"
      "1:"
      : "=a"(result)
      : "a"(SYS_clone3), "D"(&arguments), "S"(sizeof arguments), "r"(child_argument),
        "r"(child_entry)
      : "rcx", "r11", "memory");
  return result;
#else
  register long x8 asm("x8") = SYS_clone3;
  register long x0 asm("x0") = reinterpret_cast<long>(&arguments);
  register long x1 asm("x1") = sizeof arguments;
  register void* child_argument asm("x19") = argument;
  register void (*child_entry)(void*) asm("x20") = entry;
  // The same by AAPCS64, 6.4.6: x29 is the frame pointer, x30 the link.
  asm volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x30, xzr\n\t"
      "mov x0, x19\n\t"
      "blr x20\n\t"
      "brk #1\n"
      "1:"
      : "+r"(x0)
      : "r"(x8), "r"(x1), "r"(child_argument), "r"(child_entry)
      : "memory");
  return x0;
#endif
}

}  // namespace weir

#else

#include <cerrno>

#include <unistd.h>

#define WEIR_CHILD

namespace weir {

inline long raw(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  const long result = ::syscall(number, a, b, c, d, e);
  return result < 0 ? -errno : result;
}

}  // namespace weir

#endif

namespace weir {

template <typename T>
WEIR_CHILD inline long word(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

}  // namespace weir
