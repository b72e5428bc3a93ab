#include "report/records/record.hpp"

namespace weir {

void record::on(const event& e) {
  guarded([&] { take(e); });
}

void record::flush() noexcept {
  guarded([&] { put_out(); });
}

void record::work() noexcept {
  guarded([&] { go_on(); });
}

void record::finish() noexcept {
  guarded([&] { complete(); });
}

}  // namespace weir
