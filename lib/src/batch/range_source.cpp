#include "batch/range_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "loop/shortened_file.hpp"
#include "text/escape.hpp"

namespace weir {

std::optional<ranged_file> ranged_file::of_stdin() {
  struct stat open {
  }, named{};
  if (::fstat(STDIN_FILENO, &open) != 0 || !S_ISREG(open.st_mode)) return std::nullopt;
  const std::string link = "/proc/self/fd/0";
  std::error_code none;
  const std::string path = std::filesystem::read_symlink(link, none).string();
  if (none || ::stat(path.c_str(), &named) != 0 || named.st_dev != open.st_dev ||
      named.st_ino != open.st_ino)
    return std::nullopt;
  const owned_fd reopened(::open(link.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  const off_t at = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
  if (!reopened || at < 0) return std::nullopt;
  ranged_file file(path);
  file.opened_as_ = link;
  file.begin_ = std::min(static_cast<std::uint64_t>(at), file.size_);
  // Moves the offset as if it had been read: whoever shares this stdin goes on after it.
  ::lseek(STDIN_FILENO, static_cast<off_t>(file.size_), SEEK_SET);
  return file;
}

/// Without O_NONBLOCK, opening a FIFO would wait for its writer. Regular files ignore the flag.
ranged_file::ranged_file(std::string path)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
  struct stat about {};
  int error = !file_ || ::fstat(file_.value(), &about) != 0 ? errno : 0;
  if (error == 0 && S_ISDIR(about.st_mode)) error = EISDIR;
  if (error != 0) throw usage_error(escape(path_) + ": cannot be read: " + std::strerror(error));
  if (!S_ISREG(about.st_mode) && !S_ISBLK(about.st_mode))
    throw usage_error(escape(path_) + ": is not a seekable file: use --pipe, which reads a stream");
  char first = 0;
  if (about.st_size == 0 && S_ISREG(about.st_mode) && ::pread(file_.value(), &first, 1, 0) == 1)
    throw usage_error(escape(path_) +
                      ": has no size, as files in /proc: use --pipe, which reads a stream");
  size_ = static_cast<std::uint64_t>(::lseek(file_.value(), 0, SEEK_END));
}

std::string ranged_file::name() const {
  return opened_as_.empty() ? escape(path_) : "stdin";
}

std::string ranged_file::read(std::uint64_t at, std::size_t most) const {
  std::string bytes(most, '\0');
  std::size_t size = 0;
  while (size < most) {
    const ssize_t count =
        ::pread(file_.value(), bytes.data() + size, most - size, static_cast<off_t>(at + size));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error(errno, escape(path_));
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size < std::min<std::uint64_t>(most, size_ - std::min(size_, at)))
    throw shortened_file(name());
  bytes.resize(size);
  return bytes;
}

range_source::range_source(block_rules rules, ranged_file file,
                           std::shared_ptr<const job_settings> settings, item_settings items,
                           block_as as, range_cut cut)
    : file_(std::move(file)),
      ranges_(std::move(rules), file_.name(), {file_.begin(), file_.size(), cut},
              [this](std::uint64_t at, std::size_t most) { return file_.read(at, most); }),
      as_(as),
      jobs_(std::move(settings), std::move(items)) {}

awaitable<std::optional<job_spec>> range_source::next() {
  if (closed_) co_return std::nullopt;
  const std::optional<byte_range> range = ranges_.next();
  if (!range) co_return std::nullopt;
  block_input block{ranges_.header(), file_.path(), range->from, range->to};
  block.opened_as = file_.opened_as();
  co_return job_of_block(jobs_, std::move(block), as_);
}

std::vector<block_input> blocks_of_file(const std::string& path, const block_rules& rules,
                                        std::size_t most) {
  const ranged_file file(std::filesystem::absolute(path).string());
  range_finder ranges(rules, escape(path), {0, file.size()},
                      [&](std::uint64_t at, std::size_t size) { return file.read(at, size); });
  std::vector<block_input> blocks;
  while (blocks.size() <= most) {
    const auto range = ranges.next();
    if (!range) break;
    blocks.push_back({ranges.header(), file.path(), range->from, range->to});
  }
  if (blocks.empty()) blocks.push_back({ranges.header(), file.path(), file.size(), file.size()});
  return blocks;
}

}  // namespace weir
