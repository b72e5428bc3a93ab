#include "files/private_directory.hpp"

#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "files/replace_file.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr mode_t private_mode = S_IRWXU;
constexpr mode_t private_file = S_IRUSR | S_IWUSR;

/// If it is a symbolic link, its target is created.
void make_all(const std::filesystem::path& named) {
  const std::filesystem::path path = file_replacement::target_of(named.native());
  if (::mkdir(path.c_str(), private_mode) == 0 || errno == EEXIST) return;
  if (errno == ENOENT && path.has_parent_path() && path.parent_path() != path) {
    make_all(path.parent_path());
    if (::mkdir(path.c_str(), private_mode) == 0 || errno == EEXIST) return;
  }
  throw io_error(errno, escape(path.native()));
}

}  // namespace

private_directory::private_directory(owned_fd fd, std::string path)
    : fd_(std::move(fd)), path_(std::move(path)) {}

private_directory private_directory::make(const std::string& path) {
  make_all(path);
  return open(path);
}

private_directory private_directory::open(const std::string& path) {
  owned_fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw io_error(errno, escape(path));
  return {std::move(fd), escape(path)};
}

void private_directory::fail(int error, const std::string& name) const {
  throw io_error(error, path_ + '/' + escape(name));
}

bool private_directory::add(const std::string& name) const {
  if (::mkdirat(fd(), name.c_str(), private_mode) == 0) return true;
  if (errno != EEXIST) fail(errno, name);
  return false;
}

private_directory private_directory::enter(const std::string& name) const {
  constexpr int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  owned_fd inner(::openat(fd(), name.c_str(), flags));
  if (!inner) {
    const int error = errno;
    struct stat about {};
    if (::fstatat(fd(), name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(about.st_mode))
      throw io_error(error,
                     path_ + '/' + escape(name) + " is a symbolic link, which is not followed");
    fail(error, name);
  }
  return {std::move(inner), path_ + '/' + escape(name)};
}

void private_directory::remove_directory(const std::string& name) const {
  if (::unlinkat(fd(), name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOTEMPTY && errno != EEXIST)
    fail(errno, name);
}

void private_directory::move(const std::string& name, const private_directory& to) const {
  if (::renameat(fd(), name.c_str(), to.fd(), name.c_str()) != 0) fail(errno, name);
}

void private_directory::remove(const std::string& name) const {
  if (::unlinkat(fd(), name.c_str(), 0) != 0 && errno != ENOENT) fail(errno, name);
}

void private_directory::create(const std::string& name, std::string_view text) const {
  write(name, O_CREAT | O_EXCL, text);
}

void private_directory::append(const std::string& name, std::string_view text) const {
  write(name, O_APPEND, text);
}

void private_directory::overwrite(const std::string& name, std::string_view text) const {
  write(name, 0, text);
}

void private_directory::write(const std::string& name, int flags, std::string_view text) const {
  constexpr int always = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;
  const owned_fd file(::openat(fd(), name.c_str(), always | flags, private_file));
  if (!file) fail(errno, name);
  if (!text.empty()) write_all(file.value(), text, path_ + '/' + escape(name));
}

void private_directory::replace(const std::string& name, std::string_view text) const {
  const std::string aside = '.' + name;
  try {
    create(aside, text);
  } catch (const io_error& error) {
    if (error.code().value() != EEXIST) throw;
    remove(aside);  // left by a killed run
    create(aside, text);
  }
  if (::renameat(fd(), aside.c_str(), fd(), name.c_str()) != 0) fail(errno, name);
}

std::string private_directory::head(const std::string& name, std::size_t most) const {
  const owned_fd file(
      ::openat(fd(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  std::string text(most, '\0');
  const ssize_t got = file ? ::read(file.value(), text.data(), most) : 0;
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

}  // namespace weir
