#include "files/semaphore_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <limits>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// Locked bytes: slots from 0, then these. Ticket 0 is never given out.
constexpr off_t mutex_byte = off_t{1} << 30;
constexpr off_t queue = off_t{1} << 32;

/// The file's contents: the header, a byte that is written to wake waiting processes, and records.
constexpr off_t bell = 1024;
constexpr off_t records = 4096;
constexpr std::size_t record_size = 512;

/// A killed holder's file is reported as closed just before its locks are released.
constexpr auto between_looks = 50ms;

off_t record_of(std::size_t slot) {
  return records + static_cast<off_t>(slot * record_size);
}

/// Interrupts waiting for a lock, repeatedly: the first time may be too early.
class interruption {
 public:
  explicit interruption(bool wanted) : wanted_(wanted) {
    if (!wanted_) return;
    struct sigaction wake {};
    wake.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &wake, &before_);
    constexpr timeval often{0, 20'000};
    const itimerval timer{often, often};
    ::setitimer(ITIMER_REAL, &timer, nullptr);
  }
  ~interruption() {
    if (!wanted_) return;
    const itimerval none{};
    ::setitimer(ITIMER_REAL, &none, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;

 private:
  bool wanted_;
  struct sigaction before_ {};
};

/// Notices when a file is written or closed, which every holder does when it leaves.
class file_watch {
 public:
  explicit file_watch(int fd) : events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    // Without it, for example if there are too many watches, only the timeout makes us look.
    if (events_) ::inotify_add_watch(events_.value(), path.c_str(), IN_MODIFY | IN_CLOSE_WRITE);
  }

  void wait(std::chrono::milliseconds most) const {
    pollfd ready{events_.value(), POLLIN, 0};
    ::poll(&ready, 1, static_cast<int>(most.count()));
    std::array<char, 4096> news{};
    while (::read(events_.value(), news.data(), news.size()) > 0) {
    }
  }

 private:
  owned_fd events_;
};

}  // namespace

struct semaphore_file::header {
  std::uint64_t next_ticket = 1;
  std::uint64_t slots = 0;  ///< one more than the highest that was ever taken
};

class semaphore_file::mutex {
 public:
  explicit mutex(const semaphore_file& of) : of_(of) {
    of_.must_lock(F_OFD_SETLKW, F_WRLCK, mutex_byte);
  }
  ~mutex() { of_.lock(F_OFD_SETLK, F_UNLCK, mutex_byte, 1); }
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

 private:
  const semaphore_file& of_;
};

class semaphore_file::deadline {
 public:
  explicit deadline(const patience& wait) {
    if (wait) at_ = clock::now() + *wait;
  }
  bool is_set() const { return at_.has_value(); }
  bool is_over() const { return at_ && clock::now() >= *at_; }

 private:
  std::optional<clock::time_point> at_;
};

semaphore_file::semaphore_file(const private_directory& in, const std::string& name)
    : name_(escape(name)) {
  constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY;
  constexpr int above_those_of_scripts = 10;
  const owned_fd opened(::openat(in.fd(), name.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!opened) throw io_error(errno, name_);
  struct stat about {};
  ::fstat(opened.value(), &about);
  if (!S_ISREG(about.st_mode) || about.st_uid != ::geteuid()) throw io_error(EPERM, name_);
  file_ = owned_fd(::fcntl(opened.value(), F_DUPFD, above_those_of_scripts));
  if (!file_) throw io_error(errno, name_);
}

/// \returns 0, or errno.
int semaphore_file::lock(int command, int type, off_t start, off_t length) const noexcept {
  struct flock range {};
  range.l_type = static_cast<short>(type);
  range.l_whence = SEEK_SET;
  range.l_start = start;
  range.l_len = length;
  return ::fcntl(file_.value(), command, &range) == 0 ? 0 : errno;
}

void semaphore_file::must_lock(int command, int type, off_t start) const {
  int error;
  do error = lock(command, type, start, 1);
  while (error == EINTR);
  if (error != 0) throw io_error(error, name_);
}

bool semaphore_file::is_taken(off_t start, off_t length) const {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = start;
  range.l_len = length;
  if (::fcntl(file_.value(), F_OFD_GETLK, &range) != 0) throw io_error(errno, name_);
  return range.l_type != F_UNLCK;
}

semaphore_file::header semaphore_file::read_header() const {
  header found;
  if (::pread(file_.value(), &found, sizeof found, 0) != sizeof found) return {};
  return found;
}

void semaphore_file::write_header(const header& value) const {
  if (::pwrite(file_.value(), &value, sizeof value, 0) != sizeof value)
    throw io_error(errno, name_);
}

std::uint64_t semaphore_file::take_ticket() const {
  const mutex alone(*this);
  header all = read_header();
  const std::uint64_t ticket = all.next_ticket++;
  must_lock(F_OFD_SETLK, F_WRLCK, queue + static_cast<off_t>(ticket));
  write_header(all);
  return ticket;
}

bool semaphore_file::wait_in_queue(std::uint64_t ticket, const deadline& until) const {
  const interruption in_time(until.is_set());
  const auto before = static_cast<off_t>(ticket);
  for (;;) {
    const int error = lock(F_OFD_SETLKW, F_RDLCK, queue, before);
    if (error == 0) break;
    if (error != EINTR) throw io_error(error, name_);
    if (until.is_over()) return false;
  }
  lock(F_OFD_SETLK, F_UNLCK, queue, before);
  return true;
}

std::size_t semaphore_file::taken_slots(std::size_t known) const {
  if (known == 0 || !is_taken(0, static_cast<off_t>(known))) return 0;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < known; ++i) taken += is_taken(static_cast<off_t>(i), 1) ? 1 : 0;
  return taken;
}

bool semaphore_file::try_slot(std::size_t limit) {
  const mutex alone(*this);
  header all = read_header();
  if (taken_slots(all.slots) >= limit) return false;
  std::size_t slot = 0;
  while (lock(F_OFD_SETLK, F_WRLCK, static_cast<off_t>(slot), 1) != 0)
    if (static_cast<off_t>(++slot) == mutex_byte) return false;
  slot_ = slot;
  if (slot >= all.slots) {
    all.slots = slot + 1;
    write_header(all);
  }
  return true;
}

template <typename Fact>
bool semaphore_file::wait_for(const Fact& fact, const deadline& until) const {
  if (fact()) return true;
  const file_watch news(file_.value());
  while (!fact()) {
    if (until.is_over()) return false;
    news.wait(between_looks);
  }
  return true;
}

bool semaphore_file::enter(std::size_t limit, patience wait) {
  const deadline until(wait);
  const std::uint64_t ticket = take_ticket();
  const bool entered =
      wait_in_queue(ticket, until) && wait_for([&] { return try_slot(limit); }, until);
  lock(F_OFD_SETLK, F_UNLCK, queue + static_cast<off_t>(ticket), 1);
  return entered;
}

void semaphore_file::enter_at_once() {
  if (!try_slot(std::numeric_limits<std::size_t>::max())) throw io_error(ENOLCK, name_);
}

void semaphore_file::tell(std::string_view text) const {
  std::array<char, record_size> record{};
  std::ranges::copy(text.substr(0, record.size() - 1), record.begin());
  // Only informs people.
  static_cast<void>(::pwrite(file_.value(), record.data(), record.size(), record_of(*slot_)) < 0);
}

void semaphore_file::leave() noexcept {
  if (!slot_) return;
  lock(F_OFD_SETLK, F_UNLCK, static_cast<off_t>(*slot_), 1);
  slot_.reset();
  static_cast<void>(::pwrite(file_.value(), "", 1, bell) < 0);
}

bool semaphore_file::wait_until_empty(patience wait) const {
  return wait_for([&] { return taken_slots(read_header().slots) == 0; }, deadline(wait));
}

std::vector<semaphore_holder> semaphore_file::holders() const {
  std::vector<semaphore_holder> all;
  const std::size_t known = read_header().slots;
  for (std::size_t slot = 0; slot < known; ++slot) {
    if (!is_taken(static_cast<off_t>(slot), 1)) continue;
    std::array<char, record_size> record{};
    static_cast<void>(::pread(file_.value(), record.data(), record.size() - 1, record_of(slot)) <
                      0);
    all.push_back({slot, record.data()});
  }
  return all;
}

}  // namespace weir
