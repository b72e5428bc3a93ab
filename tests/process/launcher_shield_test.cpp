// A program that its job shields asks the weirs around this one.
#include <string>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

#include "starter.hpp"

namespace {

using namespace weir;
using test::any_method;
using test::starter;

/// A weir around this one, as far as shields go: grants one, and knows who asked.
class granting {
 public:
  granting() : listener_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    const shield_address at = shield_addresses(name()).front();
    REQUIRE(::bind(listener_.value(), reinterpret_cast<const sockaddr*>(&at.socket), at.size) == 0);
    REQUIRE(::listen(listener_.value(), 1) == 0);
    answers_ = std::thread([this] {
      const test::owned_fd connection(::accept(listener_.value(), nullptr, nullptr));
      socklen_t size = sizeof asked_;
      ::getsockopt(connection.value(), SOL_SOCKET, SO_PEERCRED, &asked_, &size);
      ::send(connection.value(), "1", 1, MSG_NOSIGNAL);
    });
  }
  ~granting() {
    if (answers_.joinable()) asked_by();
  }

  static std::string name() { return "weir-test-" + std::to_string(::getpid()); }

  /// -1: nobody.
  pid_t asked_by() {
    ::shutdown(listener_.value(), SHUT_RDWR);
    answers_.join();
    return asked_.pid;
  }

 private:
  test::owned_fd listener_;
  ucred asked_{-1, 0, 0};
  std::thread answers_;
};

}  // namespace

TEST_CASE("a shielded program asks the weirs around this one before it is executed") {
  granting around;
  starter start(any_method());
  start.shield = true;
  start.launch.ask_around(shield_addresses("weir-test-gone," + granting::name()));
  const auto result = start.run({"/bin/echo", "runs"});
  CHECK(result.out == "runs\n");
  CHECK(around.asked_by() == result.pid);
}

TEST_CASE("a program without a shield asks nobody") {
  granting around;
  starter start(any_method());
  start.launch.ask_around(shield_addresses(granting::name()));
  CHECK(start.run({"/bin/true"}).status == 0);
  CHECK(around.asked_by() <= 0);
}
