#include "report/records/record.hpp"

namespace weir {

template <typename Action>
void record::guarded(Action action) noexcept {
  if (broken_) return;
  try {
    action();
  } catch (const io_error& error) {
    broken_ = true;
    if (failed) failed(error);
  }
}

void record::on(const event& e) {
  guarded([&] { take(e); });
}

void record::flush() noexcept {
  guarded([&] { put_out(); });
}

void record::finish() noexcept {
  guarded([&] { complete(); });
}

}  // namespace weir
