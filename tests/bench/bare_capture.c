/* The bare loop that captures: a clone3(CLONE_VM) that does not suspend, stdout and stderr through
 * a pipe each, epoll, at most LIMIT at once. The kernel's price for what weir does for every job,
 * with nothing around it: no input, no events, no order, no process groups. x86-64 only.
 *
 *   bare_capture LIMIT COUNT PROGRAM [ARG...]
 *
 * A job is PROGRAM with ARGs and the number of the job. The end of a process is heard of through its
 * pidfd, as it must be where a descendant may hold the output. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif
enum { stack_bytes = 16384, out = 0, err = 1, ended = 2 };

struct slot {
  char* stack;
  volatile int tid; /* zeroed by the kernel when the child has left our memory */
  int fd[3];        /* read ends of both pipes, pidfd */
  int open;         /* of those three */
  char** argv;
  char text[24];
  int write_end[2];
};

extern char** environ;
static int epoll_fd;
static char** command;
static int words;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static long raw(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}

static void child(struct slot* s) {
  raw(SYS_dup2, s->write_end[0], 1, 0);
  raw(SYS_dup2, s->write_end[1], 2, 0);
  raw(SYS_execve, (long)s->argv[0], (long)s->argv, (long)environ);
  for (;;) raw(SYS_exit, 127, 0, 0);
}

static long clone_into(struct clone_args* arguments, struct slot* s) {
  long result;
  register void* argument __asm__("r12") = s;
  register void (*entry)(struct slot*) __asm__("r13") = child;
  __asm__ volatile(
      "syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\txor %%ebp, %%ebp\n\tmov %%r12, %%rdi\n\t"
      "call *%%r13\n\tud2\n1:"
      : "=a"(result)
      : "a"(SYS_clone3), "D"(arguments), "S"(sizeof *arguments), "r"(argument), "r"(entry)
      : "rcx", "r11", "memory");
  return result;
}

static void watch(struct slot* s, long index, int what) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)index << 2 | (unsigned)what};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, s->fd[what], &event) != 0) fail("epoll_ctl");
  ++s->open;
}

static void start(struct slot* s, long index, long number) {
  snprintf(s->text, sizeof s->text, "%ld", number);
  for (int i = 0; i < 2; ++i) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
    s->fd[i] = ends[0];
    s->write_end[i] = ends[1];
  }
  struct clone_args arguments = {
      .flags = CLONE_VM | CLONE_PIDFD | CLONE_CLEAR_SIGHAND | CLONE_CHILD_SETTID |
               CLONE_CHILD_CLEARTID,
      .pidfd = (uintptr_t)&s->fd[ended],
      .child_tid = (uintptr_t)&s->tid,
      .exit_signal = SIGCHLD,
      .stack = (uintptr_t)s->stack,
      .stack_size = stack_bytes,
  };
  if (clone_into(&arguments, s) < 0) fail("clone3");
  close(s->write_end[0]);
  close(s->write_end[1]);
  s->open = 0;
  watch(s, index, out);
  watch(s, index, err);
  watch(s, index, ended);
}

static void reap(struct slot* s) {
  siginfo_t info = {0};
  if (waitid((idtype_t)3 /* P_PIDFD */, (id_t)s->fd[ended], &info, WEXITED | WNOHANG) != 0)
    fail("waitid");
  if (info.si_status != 0) {
    fprintf(stderr, "a job failed\n");
    exit(1);
  }
}

/* One of the three is readable. Returns whether the job is over. */
static int happened(struct slot* s, int what) {
  static char buffer[65536];
  if (what == ended)
    reap(s);
  else if (read(s->fd[what], buffer, sizeof buffer) > 0)
    return 0;
  /* Deleted first: a child between clone and exec still holds the description. */
  epoll_ctl(epoll_fd, EPOLL_CTL_DEL, s->fd[what], NULL);
  close(s->fd[what]);
  return --s->open == 0;
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const long limit = atol(argv[1]);
  const long count = atol(argv[2]);
  command = argv + 3;
  words = argc - 3;
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  struct slot* slots = calloc((size_t)limit, sizeof *slots);
  if (slots == NULL) fail("calloc");
  for (long i = 0; i < limit; ++i) {
    slots[i].stack = mmap(NULL, stack_bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (slots[i].stack == MAP_FAILED) fail("mmap");
    slots[i].argv = calloc((size_t)words + 2, sizeof *slots[i].argv);
    if (slots[i].argv == NULL) fail("calloc");
    memcpy(slots[i].argv, command, (size_t)words * sizeof *command);
    slots[i].argv[words] = slots[i].text;
  }
  long started = 0;
  long over = 0;
  for (long i = 0; i < limit && started < count; ++i) start(&slots[i], i, ++started);
  while (over < count) {
    struct epoll_event events[64];
    const int n = epoll_wait(epoll_fd, events, 64, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; ++i) {
      const long index = (long)(events[i].data.u64 >> 2);
      if (!happened(&slots[index], (int)(events[i].data.u64 & 3))) continue;
      ++over;
      if (started < count) start(&slots[index], index, ++started);
    }
  }
  return 0;
}
