/// Pipes, files and a loop for tests of code that talks to the operating system. Nothing here
/// sleeps: a loop runs until the expected has happened, or a deadline makes the test fail.
#pragma once

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <weir/awaitable.hpp>

#include "loop/owned_fd.hpp"

namespace test {

using weir::owned_fd;

/// What is written to `in` can be read from `out`.
struct channel {
  owned_fd out;
  owned_fd in;
};

inline channel make_pipe(int flags = 0) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | flags) != 0) throw std::runtime_error("pipe2");
  return {owned_fd(ends[0]), owned_fd(ends[1])};
}

inline channel make_socket(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("socketpair");
  return {owned_fd(ends[0]), owned_fd(ends[1])};
}

inline owned_fd make_file(const std::string& contents = {}) {
  owned_fd file(::memfd_create("test", MFD_CLOEXEC));
  if (::pwrite(file.value(), contents.data(), contents.size(), 0) !=
      static_cast<ssize_t>(contents.size()))
    throw std::runtime_error("pwrite");
  return file;
}

inline std::string contents(const owned_fd& file) {
  std::string all(static_cast<std::size_t>(::lseek(file.value(), 0, SEEK_END)), '\0');
  all.resize(static_cast<std::size_t>(::pread(file.value(), all.data(), all.size(), 0)));
  return all;
}

inline void put(const owned_fd& fd, const std::string& bytes) {
  if (::write(fd.value(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("write");
}

/// What can be read without waiting.
inline std::string read_now(const owned_fd& fd) {
  std::string all;
  char part[65536];
  pollfd one{fd.value(), POLLIN, 0};
  while (::poll(&one, 1, 0) > 0) {
    const ssize_t count = ::read(fd.value(), part, sizeof part);
    if (count <= 0) break;
    all.append(part, static_cast<std::size_t>(count));
  }
  return all;
}

inline int status_flags(const owned_fd& fd) {
  return ::fcntl(fd.value(), F_GETFL);
}

/// Runs what is ready, and what that makes ready.
inline void run_ready(boost::asio::io_context& loop) {
  loop.restart();
  while (loop.poll() > 0) loop.restart();
}

template <typename Condition>
void run_until(boost::asio::io_context& loop, Condition done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("never happened");
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(5));
  }
}

/// A coroutine that runs alongside the test.
struct task {
  bool done = false;
  std::exception_ptr error;

  void start(boost::asio::io_context& loop, weir::awaitable<void> body) {
    boost::asio::co_spawn(loop, std::move(body), [this](std::exception_ptr thrown) {
      done = true;
      error = thrown;
    });
  }
  void rethrow() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace test
