#include "loop/time_source.hpp"

#include <utility>

namespace weir {

void machine_time::wait_until(time_point when, std::function<void()> reached) {
  timer_.expires_at(when);
  timer_.async_wait([reached = std::move(reached)](const boost::system::error_code& ec) {
    if (!ec) reached();
  });
}

}  // namespace weir
