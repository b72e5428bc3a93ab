// Memory that runs short and comes back, on files of the test's own and a loop's clock.
#include "process/memory_watch.hpp"

#include <boost/asio/io_context.hpp>

#include "support/catch.hpp"

#include "fake_root.hpp"

using namespace weir;

namespace {

class told final : public inbox {
 public:
  explicit told(boost::asio::io_context& loop) : loop_(loop) {}
  void take(const notice& what) override {
    all += std::get<memory_short>(what).now ? 's' : 'e';
    if (all.size() == wanted) loop_.stop();
  }
  std::string all;
  std::size_t wanted = 1;

 private:
  boost::asio::io_context& loop_;
};

}  // namespace

TEST_CASE("memory is short under twice the size, and enough from there on") {
  boost::asio::io_context loop;
  timer_queue timers(loop.get_executor());
  const test::fake_root root;
  const auto machine = [&](int available) {
    root.file("proc/meminfo",
              "MemTotal: 1000 kB\nMemAvailable: " + std::to_string(available) + " kB\n");
  };
  const auto first_word = [&](std::size_t words) {
    told to(loop);
    to.wanted = words;
    memory_watch watch(timers, 100 * 1024, machine_memory(root.path()));
    watch.start(to);
    loop.restart();
    if (to.all.size() < words) loop.run();
    return to.all;
  };
  machine(200);
  CHECK(first_word(1) == "e");
  machine(199);
  CHECK(first_word(1) == "s");
  machine(99);
  CHECK(first_word(3) == "sss");
  root.file("proc/meminfo", "");
  CHECK(first_word(1) == "e");
}
