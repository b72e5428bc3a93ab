#include "batch/block_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

#include <unistd.h>

#include <weir/error.hpp>

#include "loop/shortened_file.hpp"

namespace weir {

namespace {

constexpr std::size_t first_read = std::size_t{64} << 10;
constexpr std::size_t largest_read = std::size_t{1} << 20;

}  // namespace

block_reader::block_reader(const loop_executor& loop, int fd, std::string name, block_rules rules)
    : owned_(fd == STDIN_FILENO ? -1 : fd),
      input_(loop, fd, nonblocking::direction::in),
      name_(std::move(name)),
      blocks_(std::move(rules), name_),
      size_(first_read) {}

awaitable<bool> block_reader::read_more() {
  while (!ended_) {
    co_await input_.ready();
    if (ended_) break;
    const std::span<char> room = blocks_.room(size_);
    const ssize_t count = input_.read(room);
    const int error = errno;
    blocks_.filled(count > 0 ? static_cast<std::size_t>(count) : 0);
    if (count < 0 && error != EAGAIN && error != EWOULDBLOCK) throw io_error(error, name_);
    if (count == static_cast<ssize_t>(size_)) size_ = std::min(size_ * 2, largest_read);
    if (count > 0) co_return true;
    if (count == 0 && input_.ended_early()) throw shortened_file(name_);
    if (count == 0) end();
  }
  co_return false;
}

void block_reader::end() noexcept {
  ended_ = true;
  blocks_.finish();
}

void block_reader::close() noexcept {
  ended_ = true;
  input_.cancel();
}

}  // namespace weir
