// Catch2 3 has its own main(); 2.13 generates one from its header.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif

#include <csignal>

namespace {

void ignore_failed_write(int) {}

/// As in weir: who writes to a process that has ended gets EPIPE. A handler and not SIG_IGN, which
/// the programs started here would inherit.
[[maybe_unused]] const auto previous = std::signal(SIGPIPE, ignore_failed_write);

}  // namespace

#ifdef __SANITIZE_THREAD__
/// Asio counts references with a fence (detail/atomic_count.hpp), and libstdc++ counts those of
/// exceptions in code that is not instrumented. TSan sees neither, so deleting by the last owner
/// looks like a race.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:boost::asio::execution::detail::shared_target_executor\n"
         "race:boost::asio::detail::ref_count_down\n"
         "race:std::__exception_ptr::exception_ptr::_M_release\n";
}
#endif
