#include "cluster/tree_reader.hpp"

#include <cerrno>
#include <climits>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <weir/error.hpp>

namespace weir {

namespace {

constexpr mode_t permissions = 0777;

struct closed_directory {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

}  // namespace

struct tree_reader::level {
  std::string name;
  owned_fd file;                                     ///< if it is a file
  std::unique_ptr<DIR, closed_directory> directory;  ///< if it is a directory
};

tree_reader::tree_reader(std::string path) : path_(std::move(path)) {}

tree_reader::~tree_reader() = default;

/// The path of what is being read.
std::string tree_reader::shown() const {
  std::string all;
  for (const level& each : levels_) (all += all.empty() ? "" : "/") += each.name;
  return all;
}

tree_reader::step tree_reader::next(std::span<char> buffer) {
  if (!std::exchange(begun_, true)) return begin(AT_FDCWD, path_.c_str(), path_, true);
  level& last = levels_.back();
  if (last.file) {
    const ssize_t got = ::read(last.file.value(), buffer.data(), buffer.size());
    if (got < 0) throw io_error(errno, shown());
    if (got > 0) return std::string_view(buffer.data(), static_cast<std::size_t>(got));
    levels_.pop_back();
    return leave{};
  }
  for (;;) {
    errno = 0;
    const dirent* const found = ::readdir(last.directory.get());
    if (found == nullptr && errno != 0) throw io_error(errno, shown());
    if (found == nullptr) {
      levels_.pop_back();
      return leave{};
    }
    if (!is_plain_name(found->d_name)) continue;
    return begin(::dirfd(last.directory.get()), found->d_name, found->d_name, false);
  }
}

tree_reader::step tree_reader::begin(int parent, const char* path, std::string name, bool follow) {
  levels_.push_back({name, {}, {}});
  if (levels_.size() > most_tree_levels) throw io_error(ELOOP, shown());
  tree_entry entry;
  entry.name = std::move(name);
  // Not blocking: a FIFO with that name waits for nobody.
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
  owned_fd file(::openat(parent, path, flags));
  if (!file && errno == ELOOP && !follow) {
    char target[PATH_MAX];
    const ssize_t size = ::readlinkat(parent, path, target, sizeof target);
    if (size < 0) throw io_error(errno, shown());
    levels_.pop_back();
    entry.kind = entry_kind::link;
    entry.target.assign(target, static_cast<std::size_t>(size));
    return entry;
  }
  struct stat facts {};
  if (!file || ::fstat(file.value(), &facts) != 0) throw io_error(errno, shown());
  entry.mode = facts.st_mode & permissions;
  if (S_ISDIR(facts.st_mode)) {
    entry.kind = entry_kind::directory;
    levels_.back().directory.reset(::fdopendir(file.value()));
    if (!levels_.back().directory) throw io_error(errno, shown());
    file.release();
    return entry;
  }
  // A pipe or a device has no end that could be waited for.
  if (!S_ISREG(facts.st_mode)) throw io_error(EINVAL, shown());
  entry.inode = facts.st_ino;
  entry.size = static_cast<std::uint64_t>(facts.st_size);
  entry.modified = modification_time(facts);
  levels_.back().file = std::move(file);
  return entry;
}

}  // namespace weir
