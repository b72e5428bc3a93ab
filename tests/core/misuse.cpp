/// misuse empty|pool: ends by an assertion, as a debug build does when it is misused.
#include <csignal>
#include <cstdlib>
#include <string_view>

#include <boost/asio/thread_pool.hpp>

#include <weir/scheduler.hpp>

int main(int argc, char** argv) {
  // What was said is tested; ctest takes a death by a signal for a failure whatever was said.
  std::signal(SIGABRT, [](int) { std::_Exit(1); });
  if (argc == 2 && std::string_view(argv[1]) == "empty") return weir::job<>().cancel() ? 1 : 0;
  boost::asio::thread_pool threads(2);
  const weir::scheduler jobs(boost::asio::any_io_executor(threads.get_executor()));
  return 0;
}
