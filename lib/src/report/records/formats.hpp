/// All record formats, in the order in which options list them.
#pragma once

#include <span>

#include "report/records/record.hpp"

namespace weir {

std::span<const record_format* const> record_formats() noexcept;

}  // namespace weir
