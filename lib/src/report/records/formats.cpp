#include "report/records/formats.hpp"

#include <array>

namespace weir {

// Each is defined in the file with its name.
extern const record_format joblog_format;
extern const record_format junit_format;
extern const record_format report_format;
extern const record_format results_format;
extern const record_format trace_format;

std::span<const record_format* const> record_formats() noexcept {
  static constexpr std::array<const record_format*, 5> all{
      &joblog_format, &junit_format, &report_format, &results_format, &trace_format};
  return all;
}

}  // namespace weir
