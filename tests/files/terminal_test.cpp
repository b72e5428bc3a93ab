#include "support/catch.hpp"

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "files/terminal.hpp"

using namespace weir;

namespace {

/// A terminal of our own: what is written to `slave` comes out of `master`.
struct pseudo_terminal {
  pseudo_terminal() : master(::posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(::grantpt(master) == 0);
    REQUIRE(::unlockpt(master) == 0);
    slave = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    REQUIRE(slave >= 0);
    termios t{};
    ::tcgetattr(slave, &t);
    ::cfmakeraw(&t);
    ::tcsetattr(slave, TCSANOW, &t);
  }
  ~pseudo_terminal() {
    ::close(slave);
    ::close(master);
  }

  std::string read_all() const {
    std::string all;
    char bytes[4096];
    pollfd p{master, POLLIN, 0};
    while (::poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0) {
      const ssize_t n = ::read(master, bytes, sizeof bytes);
      if (n <= 0) break;
      all.append(bytes, static_cast<std::size_t>(n));
    }
    return all;
  }

  int master;
  int slave = -1;
};

}  // namespace

TEST_CASE("a terminal is told from a file") {
  const pseudo_terminal pty;
  CHECK(is_terminal(pty.slave));
  const int file = ::open("/dev/null", O_RDWR);
  CHECK_FALSE(is_terminal(file));
  ::close(file);
}

TEST_CASE("the size is that of now, and 80 by 24 where it is not known") {
  const pseudo_terminal pty;
  tty screen(pty.slave);
  CHECK(screen.size() == terminal_size{80, 24});
  const winsize w{50, 132, 0, 0};
  ::ioctl(pty.master, TIOCSWINSZ, &w);
  CHECK(screen.size() == terminal_size{132, 50});
}

TEST_CASE("what is written arrives, and the shared descriptor's flags stay") {
  const pseudo_terminal pty;
  const int flags = ::fcntl(pty.slave, F_GETFL);
  tty screen(pty.slave);
  CHECK(screen.write("\x1b[Jhello"));
  CHECK(pty.read_all() == "\x1b[Jhello");
  CHECK(::fcntl(pty.slave, F_GETFL) == flags);
}

TEST_CASE("a terminal that is not ours to control may be drawn on") {
  const pseudo_terminal pty;
  tty screen(pty.slave);
  CHECK(screen.foreground());
}

TEST_CASE("a terminal stopped by Ctrl-S takes nothing, and nothing blocks") {
  const pseudo_terminal pty;
  tty screen(pty.slave);
  ::tcflow(pty.slave, TCOOFF);
  CHECK_FALSE(screen.write("lost"));
  ::tcflow(pty.slave, TCOON);
  CHECK(screen.write("seen"));
  CHECK(pty.read_all() == "seen");
}

TEST_CASE("a slow terminal gets every frame whole or not at all, in order") {
  const pseudo_terminal pty;
  tty screen(pty.slave);
  std::string taken;
  unsigned refused = 0;
  for (unsigned i = 0; i < 200 && refused == 0; ++i) {
    const std::string frame = std::to_string(i) + std::string(3000, '.') + "\n";
    if (screen.write(frame))
      taken += frame;
    else
      ++refused;
  }
  CHECK(refused == 1);
  std::string arrived = pty.read_all();
  // The rest of the last frame that was taken goes out before anything else.
  for (unsigned tries = 0; tries < 100 && !screen.write("end"); ++tries) arrived += pty.read_all();
  taken += "end";
  for (unsigned tries = 0; tries < 100 && arrived.size() < taken.size(); ++tries)
    arrived += pty.read_all();
  CHECK(arrived == taken);
}

TEST_CASE("a terminal that is gone is no error, but takes nothing") {
  pseudo_terminal pty;
  tty screen(pty.slave);
  ::close(pty.master);
  pty.master = ::open("/dev/null", O_RDWR);
  CHECK_FALSE(screen.write("x"));
}
