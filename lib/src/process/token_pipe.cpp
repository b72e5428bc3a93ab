#include "process/token_pipe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <weir/error.hpp>

namespace weir {

namespace {

/// As many as fit into a pipe, and more than anybody runs.
constexpr std::size_t most_tokens = 65536;

/// Another description of the same pipe, non-blocking for us alone. Linux opens a pipe for both
/// directions, even one without a name (fifo(7), proc(5)).
owned_fd open_anew(const char* path) {
  return owned_fd(::open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

owned_fd open_anew(int fd) {
  return open_anew(("/proc/self/fd/" + std::to_string(fd)).c_str());
}

/// A descriptor of that number may be anything by now: make closes its own if a recipe is not to
/// have them.
std::optional<struct stat> pipe_status(int fd, int other_way) {
  struct stat status {};
  if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode)) return std::nullopt;
  if ((::fcntl(fd, F_GETFL) & O_ACCMODE) == other_way) return std::nullopt;
  return status;
}

bool are_one_pipe(const jobserver_pipe& ends) {
  const auto read = pipe_status(ends.read, O_WRONLY);
  const auto write = pipe_status(ends.write, O_RDONLY);
  return read && write && read->st_ino == write->st_ino && read->st_dev == write->st_dev;
}

owned_fd open_address(const jobserver_address& where) {
  if (const auto* ends = std::get_if<jobserver_pipe>(&where))
    return are_one_pipe(*ends) ? open_anew(ends->read) : owned_fd();
  owned_fd fifo = open_anew(std::get<jobserver_fifo>(where).path.c_str());
  return pipe_status(fifo.value(), O_ACCMODE) ? std::move(fifo) : owned_fd();
}

constexpr std::string_view name_of_fifo = "fifo";

/// "weir-jobserver-HOST-": on a file system that machines share, only this one knows who has a fifo
/// open.
std::string beginning_of_directory() {
  utsname about{};
  ::uname(&about);
  std::string name = "weir-jobserver-" + std::string(about.nodename) + '-';
  std::ranges::replace(name, '/', '_');
  return name;
}

/// Not under its final name: that it has once the fifo is open.
std::string private_directory(const std::string& place) {
  std::string path = place + "/." + beginning_of_directory() + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw io_error(errno, "jobserver in " + place);
  return path;
}

/// Whether it is a fifo that no process has open for reading: its weir always has.
bool is_left_fifo(int directory) {
  struct stat status {};
  if (::fstatat(directory, name_of_fifo.data(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT;
  if (!S_ISFIFO(status.st_mode)) return false;
  const owned_fd opened(
      ::openat(directory, name_of_fifo.data(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  return !opened && errno == ENXIO;
}

void remove_if_left(int place, const char* name) {
  const owned_fd directory(::openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!directory || ::fstat(directory.value(), &status) != 0) return;
  if (status.st_uid != ::geteuid() || !is_left_fifo(directory.value())) return;
  ::unlinkat(directory.value(), name_of_fifo.data(), 0);
  ::unlinkat(place, name, AT_REMOVEDIR);
}

/// What runs left of which both processes were killed.
void remove_left_directories(const std::string& place) {
  const std::unique_ptr<DIR, int (*)(DIR*)> all(::opendir(place.c_str()), ::closedir);
  if (all == nullptr) return;
  const std::string beginning = beginning_of_directory();
  while (const dirent* const entry = ::readdir(all.get()))
    if (std::string_view(entry->d_name).starts_with(beginning))
      remove_if_left(::dirfd(all.get()), entry->d_name);
}

}  // namespace

token_pipe::token_pipe(owned_fd pipe)
    : pipe_(std::move(pipe)),
      taken_(static_cast<char*>(::mmap(nullptr, most_tokens, PROT_READ | PROT_WRITE,
                                       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
  if (taken_ == MAP_FAILED) throw io_error(errno, "jobserver");
}

token_pipe::token_pipe(token_pipe&& other) noexcept
    : pipe_(std::move(other.pipe_)),
      for_jobs_{std::move(other.for_jobs_[0]), std::move(other.for_jobs_[1])},
      address_(std::exchange(other.address_, std::nullopt)),
      directory_(std::exchange(other.directory_, {})),
      taken_(std::exchange(other.taken_, nullptr)),
      count_(std::exchange(other.count_, 0)) {}

token_pipe::~token_pipe() {
  if (taken_ != nullptr) ::munmap(taken_, most_tokens);
}

std::optional<token_pipe> token_pipe::join(const jobserver_address& where) {
  owned_fd pipe = open_address(where);
  if (!pipe) return std::nullopt;
  return token_pipe(std::move(pipe));
}

token_pipe token_pipe::make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), 0) != 0) throw io_error(errno, "jobserver");
  owned_fd read(ends[0]);
  owned_fd write(ends[1]);
  owned_fd both = open_anew(ends[0]);
  if (!both) throw io_error(errno, "jobserver: /proc/self/fd");
  token_pipe made(std::move(both));
  made.for_jobs_[0] = std::move(read);
  made.for_jobs_[1] = std::move(write);
  made.address_ = jobserver_pipe{ends[0], ends[1]};
  return made;
}

token_pipe token_pipe::make_fifo(const std::string& place) {
  remove_left_directories(place);
  const std::string first = private_directory(place);
  const std::string path = first + "/fifo";
  std::string directory = first;
  directory.erase(place.size() + 1, 1);  // the dot
  owned_fd fifo;
  if (::mkfifo(path.c_str(), 0600) == 0) fifo = open_anew(path.c_str());
  if (!fifo || ::rename(first.c_str(), directory.c_str()) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    ::rmdir(first.c_str());
    throw io_error(error, path);
  }
  token_pipe made(std::move(fifo));
  made.address_ = jobserver_fifo{directory + "/fifo"};
  made.directory_ = std::move(directory);
  return made;
}

void token_pipe::fill(std::size_t tokens) {
  const std::string all(tokens, '+');
  if (tokens > most_tokens || ::write(pipe_.value(), all.data(), tokens) != ssize_t(tokens))
    throw io_error(tokens > most_tokens ? ENOSPC : errno, "jobserver");
}

bool token_pipe::try_take() noexcept {
  if (count_ == most_tokens) return false;
  // Straight into shared memory: whenever this process is killed, the token can be seen there.
  const bool taken = ::read(pipe_.value(), taken_ + count_, 1) == 1;
  if (taken) ++count_;
  return taken;
}

void token_pipe::give_back() noexcept {
  --count_;
  put(std::exchange(taken_[count_], '\0'));
}

void token_pipe::put(char token) noexcept {
  // A pipe has room for what came out of it.
  while (::write(pipe_.value(), &token, 1) < 0 && errno == EINTR) {
  }
}

void token_pipe::close_down() noexcept {
  for (std::size_t i = 0; i < most_tokens && taken_[i] != '\0'; ++i)
    put(std::exchange(taken_[i], '\0'));
  count_ = 0;
  if (directory_.empty()) return;
  ::unlink((directory_ + "/fifo").c_str());
  ::rmdir(directory_.c_str());
}

}  // namespace weir
