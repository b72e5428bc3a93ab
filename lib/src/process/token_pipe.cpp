#include "process/token_pipe.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

std::string private_directory(const std::string& place) {
  std::string path = place + "/weir-jobserver-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw io_error(errno, "jobserver in " + place);
  return path;
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
  std::string directory = private_directory(place);
  const std::string path = directory + "/fifo";
  owned_fd fifo;
  if (::mkfifo(path.c_str(), 0600) == 0) fifo = open_anew(path.c_str());
  if (!fifo) {
    const int error = errno;
    ::unlink(path.c_str());
    ::rmdir(directory.c_str());
    throw io_error(error, path);
  }
  token_pipe made(std::move(fifo));
  made.directory_ = std::move(directory);
  made.address_ = jobserver_fifo{path};
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
