/// Keys under the names and spellings that other tools use.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace weir::doc {

/// The one of the `known` keys that others call `key`: `depends_on` is `needs`, `allow_failure`
/// allow-failure. nullopt if there is none.
std::optional<std::string_view> usual_key(std::string_view key,
                                          const std::vector<std::string_view>& known);

}  // namespace weir::doc
