/// Where a run gets the right to run one more job, if it shares that with others: make's jobserver,
/// a service's quota.
#pragma once

#include <cstddef>
#include <string_view>

#include <weir/notice.hpp>

namespace weir {

/// Its tokens are all alike. All members are called on the loop's thread.
class token_pool {
 public:
  virtual ~token_pool() = default;

  /// Human-readable, to follow "held up by"; valid as long as the pool.
  virtual std::string_view name() const = 0;
  /// How many jobs may run without a token.
  virtual std::size_t free_jobs() const { return 0; }
  /// Where to send start_possible. Called once, before anything is taken; `to` outlives the run.
  virtual void report_to(inbox& to) = 0;
  /// Takes a token if there is one; never waits. If there is none, start_possible is sent as soon
  /// as there may be one.
  virtual bool try_take() = 0;
  /// Gives back a token. A pool that cannot take it back must report that itself.
  virtual void give_back() noexcept = 0;
};

}  // namespace weir
