#include "system/buffered_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/escape.hpp"
#include "system/replace_file.hpp"

namespace weir::system {

namespace {

constexpr std::size_t piece = 65536;

}  // namespace

void buffered_file::append(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= piece) flush();
}

void buffered_file::flush() {
  if (buffer_.empty()) return;
  std::string bytes = std::exchange(buffer_, {});
  write_all(file_.value(), bytes, name_);
  buffer_ = std::move(bytes);  // its memory
  buffer_.clear();
}

buffered_file open_growing(const std::string& path, std::string_view option) {
  owned_fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOCTTY,
                       S_IRUSR | S_IWUSR));
  if (!file)
    throw usage_error(
        fmt::format("{}: {} cannot be written: {}", option, escape(path), std::strerror(errno)));
  return {std::move(file), escape(path)};
}

}  // namespace weir::system
