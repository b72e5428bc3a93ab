/// Where a run takes the right to run one more job from, when it shares that with others: a
/// jobserver of make, a quota of a service.
#pragma once

#include <cstddef>
#include <string_view>

#include <weir/notice.hpp>

namespace weir {

/// Its tokens are all alike. Everything is called from the loop's thread.
class token_pool {
 public:
  virtual ~token_pool() = default;

  /// For people, after "held up by"; valid as long as the pool.
  virtual std::string_view name() const = 0;
  /// Jobs that may run without a token.
  virtual std::size_t free_jobs() const { return 0; }
  /// Where to tell start_possible. Called once, before anything is taken; `to` outlives the run.
  virtual void report_to(inbox& to) = 0;
  /// Takes a token, if there is one now; never waits. If there is none, start_possible is told as
  /// soon as there may be one.
  virtual bool try_take() = 0;
  /// Gives one back that was taken. A pool that cannot take it back has to tell that itself.
  virtual void give_back() noexcept = 0;
};

}  // namespace weir
