#include "batch/range_source.hpp"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

range_source::range_source(block_rules rules, std::string path, owned_fd file, std::uint64_t size,
                           std::shared_ptr<const job_settings> settings, item_settings items)
    : path_(std::move(path)),
      file_(std::move(file)),
      ranges_(std::move(rules), escape(path_), size,
              [this](std::uint64_t at, std::size_t most) { return read(at, most); }),
      settings_(settings),
      jobs_(std::move(settings), std::move(items)) {}

awaitable<std::optional<job_spec>> range_source::next() {
  if (closed_) co_return std::nullopt;
  const std::optional<byte_range> range = ranges_.next();
  if (!range) co_return std::nullopt;
  std::optional<job_spec> job = jobs_.take({});
  auto settings = std::make_shared<job_settings>(*settings_);
  settings->input = block_input{ranges_.header(), path_, range->from, range->to};
  job->settings = std::move(settings);
  co_return job;
}

std::string range_source::read(std::uint64_t at, std::size_t most) const {
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

}  // namespace weir
