/// Keys as other tools call them, and as they are spelled elsewhere.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace weir::doc {

/// The one of the `known` keys that `key` is elsewhere: `depends_on` is `needs`, `allow_failure`
/// allow-failure. Nothing when none of them is.
std::optional<std::string_view> usual_key(std::string_view key,
                                          const std::vector<std::string_view>& known);

}  // namespace weir::doc
