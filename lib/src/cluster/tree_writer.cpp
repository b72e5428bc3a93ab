#include "cluster/tree_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

namespace weir {

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string parent_path(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

/// \param follow whether the path may be a link.
bool is_same_file(int parent, const std::string& name, const tree_entry& entry, bool follow) {
  // Opened, since NFS looks again at a file that is.
  const owned_fd file(
      ::openat(parent, name.c_str(),
               O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)));
  struct stat facts {};
  return file && ::fstat(file.value(), &facts) == 0 && S_ISREG(facts.st_mode) &&
         facts.st_ino == entry.inode && static_cast<std::uint64_t>(facts.st_size) == entry.size &&
         modification_time(facts) == entry.modified;
}

bool is_same_link(int parent, const std::string& name, const std::string& target) {
  char found[PATH_MAX];
  const ssize_t size = ::readlinkat(parent, name.c_str(), found, sizeof found);
  return size >= 0 && std::string_view(found, static_cast<std::size_t>(size)) == target;
}

}  // namespace

/// What is incomplete goes; directories stay as far as they have come.
tree_writer::~tree_writer() {
  if (!is_in_file() || !levels_.back().fd) return;
  const level file = std::move(levels_.back());
  levels_.pop_back();
  const int parent = levels_.empty() ? top_.value() : levels_.back().fd.value();
  ::unlinkat(parent, file.temporary.c_str(), 0);
}

void tree_writer::enter(const tree_entry& entry) {
  if (is_in_file()) throw io_error(EINVAL, entry.name);
  if (levels_.size() >= most_tree_levels) throw io_error(ELOOP, entry.name);
  std::string path = levels_.empty() ? entry.name : levels_.back().path + '/' + entry.name;
  while (levels_.empty() && path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::string name = levels_.empty() ? name_of(path) : entry.name;
  if (levels_.empty()) {
    make_parents(path);
    top_ = owned_fd(::open(parent_path(path).c_str(), directory_flags));
    if (!top_) throw io_error(errno, path);
  } else if (!is_plain_name(name)) {
    throw io_error(EINVAL, path);
  }
  const int parent = levels_.empty() ? top_.value() : levels_.back().fd.value();
  switch (entry.kind) {
    case entry_kind::file:
      return enter_file(parent, entry, std::move(path), std::move(name));
    case entry_kind::directory:
      return enter_directory(parent, entry, std::move(path), std::move(name));
    case entry_kind::link:
      return make_link(parent, entry, std::move(path), name);
  }
}

/// As mkdir -p does.
void tree_writer::make_parents(const std::string& path) {
  for (auto slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    std::string parent = path.substr(0, slash);
    if (::mkdir(parent.c_str(), 0777) == 0)
      written_.push_back(std::move(parent));
    else if (errno != EEXIST)
      throw io_error(errno, parent);
  }
}

std::string tree_writer::temporary_name() {
  static unsigned count = 0;
  return ".weir-" + std::to_string(::getpid()) + '-' + std::to_string(++count);
}

void tree_writer::enter_file(int parent, const tree_entry& entry, std::string path,
                             std::string name) {
  if (is_same_file(parent, name, entry, levels_.empty())) {
    found_same_ = true;
    levels_.push_back({std::move(path), {}, true, 0, {}, {}});
    return;
  }
  std::string temporary = temporary_name();
  owned_fd file(::openat(parent, temporary.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) throw io_error(errno, path);
  levels_.push_back(
      {std::move(path), std::move(file), true, entry.mode, std::move(name), std::move(temporary)});
}

void tree_writer::enter_directory(int parent, const tree_entry& entry, std::string path,
                                  std::string name) {
  if (::mkdirat(parent, name.c_str(), 0700) == 0)
    written_.push_back(path);
  else if (errno != EEXIST)
    throw io_error(errno, path);
  // The path that was asked for may be a link of the user's own; what is inside may not.
  const int flags = directory_flags | (levels_.empty() ? 0 : O_NOFOLLOW);
  owned_fd directory(::openat(parent, name.c_str(), flags));
  if (!directory) throw io_error(errno == ELOOP ? ENOTDIR : errno, path);
  // Something is written into it, whatever its mode will be.
  if (::fchmod(directory.value(), (entry.mode & 0777) | 0700) != 0) throw io_error(errno, path);
  levels_.push_back(
      {std::move(path), std::move(directory), false, entry.mode, std::move(name), {}});
}

void tree_writer::make_link(int parent, const tree_entry& entry, std::string path,
                            const std::string& name) {
  if (is_same_link(parent, name, entry.target)) return;
  const std::string temporary = temporary_name();
  if (::symlinkat(entry.target.c_str(), parent, temporary.c_str()) != 0)
    throw io_error(errno, path);
  if (::renameat(parent, temporary.c_str(), parent, name.c_str()) != 0) {
    const int error = errno;
    ::unlinkat(parent, temporary.c_str(), 0);
    throw io_error(error, path);
  }
  written_.push_back(std::move(path));
}

void tree_writer::write(std::string_view bytes) {
  const level& file = levels_.back();
  if (!file.fd) return;
  while (!bytes.empty()) {
    const ssize_t went = ::write(file.fd.value(), bytes.data(), bytes.size());
    if (went < 0 && errno == EINTR) continue;
    if (went < 0) throw io_error(errno, file.path);
    bytes.remove_prefix(static_cast<std::size_t>(went));
  }
}

void tree_writer::leave() {
  level done = std::move(levels_.back());
  levels_.pop_back();
  if (!done.fd) return;
  const int parent = levels_.empty() ? top_.value() : levels_.back().fd.value();
  bool good = ::fchmod(done.fd.value(), done.mode & 0777) == 0;
  if (done.is_file) {
    // NFS may tell only now that there was no room.
    good = ::close(done.fd.release()) == 0 && good;
    good = good && ::renameat(parent, done.temporary.c_str(), parent, done.name.c_str()) == 0;
    const int error = errno;
    if (!good) ::unlinkat(parent, done.temporary.c_str(), 0);
    errno = error;
  }
  if (!good) throw io_error(errno, done.path);
  if (done.is_file) written_.push_back(std::move(done.path));
}

}  // namespace weir
