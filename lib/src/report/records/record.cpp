#include "report/records/record.hpp"

namespace weir {

row_test test_of_rows(const record_settings& settings,
                      std::optional<row_mark> (*mark_in)(std::string_view)) {
  if (!settings.knows) return {};
  return [knows = settings.knows, mark_in](std::string_view row) {
    const auto mark = mark_in(row);
    return !mark || knows(*mark);
  };
}

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
