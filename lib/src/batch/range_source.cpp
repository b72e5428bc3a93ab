#include "batch/range_source.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

ranged_file::ranged_file(std::string path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)) {
  struct stat about {};
  int error = !file_ || ::fstat(file_.value(), &about) != 0 ? errno : 0;
  if (error == 0 && S_ISDIR(about.st_mode)) error = EISDIR;
  if (error != 0) throw usage_error(escape(path_) + ": cannot be read: " + std::strerror(error));
  if (!S_ISREG(about.st_mode) && !S_ISBLK(about.st_mode))
    throw usage_error(escape(path_) +
                      ": is no file that can be read anywhere: use --pipe, which reads a stream");
  size_ = static_cast<std::uint64_t>(::lseek(file_.value(), 0, SEEK_END));
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
  bytes.resize(size);
  return bytes;
}

range_source::range_source(block_rules rules, ranged_file file,
                           std::shared_ptr<const job_settings> settings, item_settings items)
    : file_(std::move(file)),
      ranges_(std::move(rules), escape(file_.path()), file_.size(),
              [this](std::uint64_t at, std::size_t most) { return file_.read(at, most); }),
      settings_(settings),
      jobs_(std::move(settings), std::move(items)) {}

awaitable<std::optional<job_spec>> range_source::next() {
  if (closed_) co_return std::nullopt;
  const std::optional<byte_range> range = ranges_.next();
  if (!range) co_return std::nullopt;
  std::optional<job_spec> job = jobs_.take({});
  auto settings = std::make_shared<job_settings>(*settings_);
  settings->input = block_input{ranges_.header(), file_.path(), range->from, range->to};
  job->settings = std::move(settings);
  co_return job;
}

std::vector<block_input> blocks_of_file(const std::string& path, const block_rules& rules,
                                        std::size_t most) {
  const ranged_file file(std::filesystem::absolute(path).string());
  range_finder ranges(rules, escape(path), file.size(),
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
