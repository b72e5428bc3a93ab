/// What stopping means right now, in words: one text for both the bar and the messages.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <weir/event.hpp>

namespace weir {

/// "waiting for 2 shielded jobs (47s left); press Ctrl-C again to end them now": what happens, and
/// what the next signal will do. In phase running, says that nothing more starts.
/// \param shielded how many of the running jobs are waited for.
/// \param left how much longer shielded jobs are waited for.
/// \param reason as in stop_changed: determines how the next signal is called.
/// \param at_terminal whether the reader of the text can press keys.
std::string stop_text(stop_phase phase, unsigned running, unsigned shielded,
                      std::optional<std::chrono::nanoseconds> left,
                      std::string_view reason = "SIGINT", bool at_terminal = true);

/// "70 bytes of output are left to write".
std::string left_text(std::uint64_t bytes);

/// The same as stop_text for when no job runs any more, but output is left to write.
std::string drain_text(std::uint64_t bytes, std::string_view reason, bool at_terminal = true);

/// The same for when no job runs any more, but what they have left running is being ended.
/// \param left until it is killed.
/// \param reason empty: no signal has been sent yet.
std::string leftovers_text(std::chrono::nanoseconds left, std::string_view reason,
                           bool at_terminal = true);

/// Whole seconds in at most two units: "0s", "12s", "1m30s", "2h5m".
std::string format_seconds(std::chrono::nanoseconds d);

/// "1 job", "12 jobs".
std::string count_jobs(unsigned long long n);

}  // namespace weir
