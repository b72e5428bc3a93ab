#include "files/journal_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "files/record_file.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

owned_fd open_file(const std::string& path, journal_file::access wanted) {
  // Opening a FIFO would otherwise wait for a writer, and no signal would end that.
  constexpr int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  if (wanted == journal_file::access::append)
    return owned_fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | flags, S_IRUSR | S_IWUSR));
  return owned_fd(::open(path.c_str(), O_RDONLY | flags));
}

/// No record is this long: anything longer is damage, and its beginning is enough.
constexpr std::size_t longest_journal_line = std::size_t{64} << 20;

void add_bounded(std::string& line, std::string_view more) {
  line.append(more.substr(0, longest_journal_line - std::min(line.size(), longest_journal_line)));
}

/// fdatasync(2).
/// \returns 0, or errno.
int sync_to_disk(int fd) {
  while (::fdatasync(fd) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

}  // namespace

journal_file::journal_file(const std::string& path, access wanted)
    : raw_path_(path), path_(escape(path)), file_(open_file(path, wanted)) {
  if (!file_ && wanted == access::read && errno == ENOENT) return;
  if (!file_) throw io_error(errno, path_);
  struct stat status {};
  if (::fstat(file_.value(), &status) != 0) throw io_error(errno, path_);
  regular_ = S_ISREG(status.st_mode);
  if (!regular_ || wanted == access::read) return;
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (::flock(file_.value(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) throw io_error(errno, path_ + ": lock");
  taken_ = true;
}

journal_file::~journal_file() {
  end_background();
}

void journal_file::read(
    const std::function<void(std::string_view line, std::uint64_t next, bool whole)>& line) {
  if (!file_) return;
  std::string pending;
  constexpr std::size_t at_once = std::size_t{1} << 16;
  const auto buffer = std::make_unique_for_overwrite<char[]>(at_once);
  std::uint64_t offset = 0;  // of what was reported, or is pending
  std::uint64_t at = 0;
  for (;;) {
    const ssize_t got = ::pread(file_.value(), buffer.get(), at_once, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw io_error(errno, path_);
    if (got == 0) break;
    at += static_cast<std::uint64_t>(got);
    std::string_view rest(buffer.get(), static_cast<std::size_t>(got));
    for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos;) {
      add_bounded(pending, rest.substr(0, end));
      offset += end + 1;
      line(pending, offset, true);
      pending.clear();
      rest.remove_prefix(end + 1);
    }
    add_bounded(pending, rest);
    offset += rest.size();
  }
  if (!pending.empty()) line(pending, offset, false);
}

void journal_file::truncate(std::uint64_t size) {
  if (::ftruncate(file_.value(), static_cast<off_t>(size)) != 0) throw io_error(errno, path_);
  size_ = size;
}

void journal_file::check_still_there() const {
  weir::check_still_there(file_.value(), raw_path_, size_);
}

void journal_file::append(std::string_view lines) {
  if (syncing_.joinable()) {
    const std::lock_guard lock(mutex_);
    if (error_ != 0) throw io_error(error_, path_);
  }
  std::uint64_t written = 0;
  while (written < lines.size()) {
    const ssize_t some = ::write(file_.value(), lines.data() + written, lines.size() - written);
    if (some < 0 && errno == EINTR) continue;
    if (some < 0) {
      const int error = errno;
      if (written > 0) truncate(size_);
      throw io_error(error, path_);
    }
    written += static_cast<std::uint64_t>(some);
  }
  size_ += written;
}

void journal_file::sync() {
  end_background();
  int error = sync_to_disk(file_.value());
  if (error == 0) error = error_;
  if (error != 0) throw io_error(error, path_);
}

void journal_file::sync_soon() {
  if (!syncing_.joinable()) {
    try {
      syncing_ = std::thread([this] { sync_in_background(); });
    } catch (const std::system_error&) {
      return sync();  // no room for a thread: slower, but just as safe
    }
  }
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_one();
}

/// The kernel reports a disk error only once, and perhaps to this thread.
void journal_file::end_background() {
  if (!syncing_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  syncing_.join();
  ending_ = false;
}

void journal_file::sync_in_background() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    wake_.wait(lock, [this] { return wanted_ || ending_; });
    if (!std::exchange(wanted_, false)) continue;
    lock.unlock();
    const int error = sync_to_disk(file_.value());
    lock.lock();
    if (error_ == 0) error_ = error;
  }
}

}  // namespace weir
