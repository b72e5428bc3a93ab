#include "files/spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include <weir/error.hpp>

namespace weir {

namespace {

constexpr std::size_t longest_line = 1 << 20;  // to be searched for
constexpr std::size_t waiting_overhead = 512;  // bytes that a spool and its holder take

std::string waits_elsewhere(const temporary_file& file, const temporary_place& wanted) {
  std::string text = fmt::format("{}: {}: output is kept in {}", wanted.directory,
                                 std::strerror(file.refused()), file.place());
  if (file.in_memory()) text += fmt::format(", at most {} MiB", wanted.most_in_memory >> 20);
  return text;
}

bool no_descriptors(const io_error& error) {
  return error.code().value() == EMFILE || error.code().value() == ENFILE;
}

}  // namespace

spool_space::spool_space(temporary_place where, spool_limits limits)
    : where_(std::move(where)), limits_(limits) {}

template <typename File>
std::shared_ptr<File> spool_space::make() {
  auto file = std::make_shared<File>(where_, in_files_);
  if (file->refused() != 0 && !std::exchange(told_elsewhere_, true) && on_elsewhere)
    on_elsewhere(waits_elsewhere(*file, where_));
  return file;
}

void spool_space::look() {
  try {
    make<temporary_file>();
  } catch (const io_error&) {
    // No descriptor now: later calls will find out.
  }
}

const std::shared_ptr<backlog>& spool_space::shared() {
  if (!backlog_) backlog_ = make<backlog>();
  return backlog_;
}

bool spool_space::overflows(const writer& to, std::size_t more) const noexcept {
  return to.congested() && to.queued_memory() + more > limits_.queued;
}

flow spool_space::deliver(writer& to, std::span<const char> bytes) {
  if (!overflows(to, bytes.size())) return to.write(bytes);
  const std::uint64_t at = shared()->put(bytes);
  return to.send({backlog_, at, bytes.size()});
}

flow spool_space::deliver(writer& to, std::string&& bytes) {
  if (!overflows(to, bytes.size())) return to.write(std::move(bytes));
  return deliver(to, std::span<const char>(bytes));
}

void spool::append(std::span<const char> bytes) {
  const bool crowded = space_->memory_ > space_->limits_.total;
  const std::size_t most = crowded ? space_->limits_.crowded_stream : space_->limits_.stream;
  if (!file_ && memory_.size() + bytes.size() > most) spill();
  if (file_) {
    file_->append(bytes);
    file_size_ += bytes.size();
    return;
  }
  memory_.append(bytes.data(), bytes.size());
  space_->memory_ += bytes.size();
}

/// Moves the stream to a file of its own. Without a free descriptor the backlog takes it, and if
/// that fails, too, it stays in memory.
void spool::spill() {
  try {
    file_ = space_->make<temporary_file>();
  } catch (const io_error& error) {
    if (!no_descriptors(error)) throw;
  }
  if (!file_) {
    try {
      return move_memory_to_backlog();
    } catch (const io_error& error) {
      if (!no_descriptors(error)) throw;
      return;
    }
  }
  file_->append(memory_);
  file_size_ = memory_.size();
  space_->memory_ -= memory_.size();
  memory_ = {};
}

void spool::move_memory_to_backlog() {
  if (memory_.empty()) return;
  const std::uint64_t at = space_->shared()->put(std::span<const char>(memory_));
  add_range(at, memory_.size());
  space_->memory_ -= memory_.size();
  memory_ = {};
}

void spool::add_range(std::uint64_t offset, std::uint64_t length) {
  if (!ranges_.empty() && ranges_.back().offset + ranges_.back().length == offset)
    ranges_.back().length += length;
  else
    ranges_.push_back({space_->shared(), offset, length});
}

void spool::wait_for_turn() {
  if (std::exchange(waiting_, true)) return;
  memory_.shrink_to_fit();
  waiting_file_ = file_ != nullptr;
  space_->finished_memory_ += memory_.size() + waiting_overhead;
  if (waiting_file_) ++space_->waiting_files_;
}

file_range spool::store() {
  const std::shared_ptr<backlog>& into = space_->shared();
  file_range place{into, 0, size()};
  place.offset = into->end();
  for (const file_range& range : ranges_) into->put(*range.file, range.offset, range.length);
  if (file_) into->put(*file_, 0, file_size_);
  into->put(std::span<const char>(memory_));
  clear();
  return place;
}

void spool::end_waiting() noexcept {
  if (!std::exchange(waiting_, false)) return;
  space_->finished_memory_ -= memory_.size() + waiting_overhead;
  if (std::exchange(waiting_file_, false)) --space_->waiting_files_;
}

flow spool::move_to(writer& to) {
  end_waiting();
  space_->memory_ -= memory_.size();
  std::string bytes = std::exchange(memory_, {});
  for (file_range& range : std::exchange(ranges_, {})) to.send(std::move(range));
  if (file_) to.send({std::exchange(file_, nullptr), 0, std::exchange(file_size_, 0)});
  space_->deliver(to, std::move(bytes));
  return to.congested() ? flow::wait : flow::more;
}

flow spool::move_lines_to(writer& to) {
  const std::string line = unfinished_line();
  take_back(line.size());
  move_to(to);
  if (!line.empty()) append(line);
  return to.congested() ? flow::wait : flow::more;
}

std::string spool::unfinished_line() const {
  for (std::size_t most = 4096; most <= longest_line; most *= 4) {
    std::string last = last_bytes(most);
    const std::size_t newline = last.rfind('\n');
    if (newline != std::string::npos) return last.substr(newline + 1);
    if (last.size() < most) return last;
  }
  return {};
}

/// Removes the last bytes. Call move_to() next: bytes in a file are still there.
void spool::take_back(std::uint64_t count) noexcept {
  const std::size_t of_memory = std::min<std::uint64_t>(count, memory_.size());
  memory_.resize(memory_.size() - of_memory);
  space_->memory_ -= of_memory;
  if (waiting_) space_->finished_memory_ -= of_memory;
  count -= of_memory;
  const std::uint64_t of_file = std::min(count, file_size_);
  file_size_ -= of_file;
  count -= of_file;
  while (count > 0 && !ranges_.empty()) {
    file_range& last = ranges_.back();
    const std::uint64_t some = std::min(count, last.length);
    last.length -= some;
    last.file->release(last.offset + last.length, some);
    count -= some;
    if (last.length == 0) ranges_.pop_back();
  }
}

void spool::clear() noexcept {
  end_waiting();
  space_->memory_ -= memory_.size();
  memory_ = {};
  for (const file_range& range : std::exchange(ranges_, {}))
    range.file->release(range.offset, range.length);
  file_ = nullptr;
  file_size_ = 0;
}

std::uint64_t spool::size() const noexcept {
  std::uint64_t sum = file_size_ + memory_.size();
  for (const file_range& range : ranges_) sum += range.length;
  return sum;
}

std::string spool::last_bytes(std::size_t most) const {
  std::string last = memory_.size() <= most ? memory_ : memory_.substr(memory_.size() - most);
  const auto prepend = [&](const temporary_file& file, std::uint64_t offset, std::uint64_t length) {
    const std::size_t wanted = std::min<std::uint64_t>(length, most - last.size());
    std::string part(wanted, '\0');
    part.resize(file.read(offset + length - wanted, part));
    last.insert(0, part);
  };
  if (file_ && last.size() < most) prepend(*file_, 0, file_size_);
  for (auto range = ranges_.rbegin(); range != ranges_.rend() && last.size() < most; ++range)
    prepend(*range->file, range->offset, range->length);
  return last;
}

}  // namespace weir
