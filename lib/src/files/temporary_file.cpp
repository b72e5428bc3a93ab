#include "files/temporary_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

namespace weir {

namespace {

constexpr std::uint64_t worth_punching = 1
                                         << 20;  // bytes; a call for each small job would cost more
constexpr std::uint64_t worth_punching_alone = 128 << 10;  // if nothing more joins it

int named_and_unlinked(const std::string& directory) noexcept {
  std::string path = directory + "/weir-XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(path.c_str());
  return fd;
}

bool means_no_descriptors(int error) noexcept {
  return error == EMFILE || error == ENFILE;
}

}  // namespace

std::string temporary_directory() {
  const char* given = std::getenv("TMPDIR");
  return given != nullptr && given[0] == '/' ? given : "/tmp";
}

std::string usable_temporary_directory() {
  std::string given = temporary_directory();
  struct stat about {};
  const bool is_usable = ::stat(given.c_str(), &about) == 0 && S_ISDIR(about.st_mode) &&
                         ::access(given.c_str(), W_OK | X_OK) == 0;
  return is_usable ? given : "/tmp";
}

unlinked_file open_unlinked(const temporary_place& where) {
  int refused = 0;
  for (const std::string* directory : {&where.directory, &where.otherwise}) {
    int fd = ::open(directory->c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && !means_no_descriptors(errno)) fd = named_and_unlinked(*directory);
    if (fd >= 0) return {owned_fd(fd), *directory, refused};
    if (means_no_descriptors(errno)) throw io_error(errno, "temporary file in " + *directory);
    if (refused == 0) refused = errno;
  }
  const int fd = ::memfd_create("weir-output", MFD_CLOEXEC);
  if (fd < 0) throw io_error(errno, "temporary file in memory");
  return {owned_fd(fd), "memory", refused, true};
}

temporary_file::temporary_file(const temporary_place& where, std::shared_ptr<std::uint64_t> waiting)
    : file_(open_unlinked(where)),
      most_in_memory_(where.most_in_memory),
      waiting_(std::move(waiting)) {}

temporary_file::~temporary_file() {
  if (waiting_) *waiting_ -= live_;
}

void temporary_file::append(std::span<const char> bytes) {
  if (in_memory() && (waiting_ ? *waiting_ : live_) + bytes.size() > most_in_memory_)
    throw io_error(ENOSPC, "temporary file in memory");
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error(errno, "temporary file in " + place());
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    appended(static_cast<std::uint64_t>(count));
  }
}

void temporary_file::appended(std::uint64_t count) noexcept {
  live_ += count;
  if (waiting_) *waiting_ += count;
}

void temporary_file::release(std::uint64_t /*offset*/, std::uint64_t length) noexcept {
  live_ -= length;
  if (waiting_) *waiting_ -= length;
}

std::size_t temporary_file::read(std::uint64_t offset, std::span<char> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto at = static_cast<off_t>(offset + done);
    const ssize_t count = ::pread(fd(), into.data() + done, into.size() - done, at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error(errno, "temporary file in " + place());
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

std::uint64_t backlog::put(std::span<const char> bytes) {
  append(bytes);
  const std::uint64_t at = end_;
  end_ += bytes.size();
  return at;
}

std::uint64_t backlog::put(const temporary_file& from, std::uint64_t offset, std::uint64_t length) {
  const std::uint64_t at = end_;
  std::array<char, 64 * 1024> part;
  while (length > 0) {
    const std::size_t wanted = std::min<std::uint64_t>(length, part.size());
    const std::size_t count = from.read(offset, std::span(part).first(wanted));
    if (count == 0) break;
    put(std::span<const char>(part).first(count));
    offset += count;
    length -= count;
  }
  return at;
}

void backlog::release(std::uint64_t offset, std::uint64_t length) noexcept {
  temporary_file::release(offset, length);
  if (live() == 0) {
    end_ = freed_at_ = freed_length_ = 0;
    [[maybe_unused]] const int unused = ::ftruncate(fd(), 0);
    ::lseek(fd(), 0, SEEK_SET);
    return;
  }
  if (offset != freed_at_ + freed_length_) {
    if (freed_length_ >= worth_punching_alone) punch();
    freed_at_ = offset;
    freed_length_ = 0;
  }
  freed_length_ += length;
  if (freed_length_ >= worth_punching) punch();
}

/// Some file systems refuse this; the space is then released when the backlog is empty.
void backlog::punch() noexcept {
  ::fallocate(fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(freed_at_),
              static_cast<off_t>(freed_length_));
  freed_at_ += freed_length_;
  freed_length_ = 0;
}

}  // namespace weir
