#include "files/footer.hpp"

namespace weir {

bool moves_cursor(std::string_view bytes) {
  constexpr std::string_view of_csi = "ABCDEFGHJLMSTdfsu";
  constexpr std::string_view of_escape = "78DEMc";
  for (;;) {
    const auto escape = bytes.find('\x1b');
    if (escape == std::string_view::npos || escape + 1 >= bytes.size()) return false;
    const char kind = bytes[escape + 1];
    bytes.remove_prefix(escape + 2);
    if (kind != '[') {
      if (of_escape.find(kind) != std::string_view::npos) return true;
      continue;
    }
    const auto final = bytes.find_first_not_of("0123456789;:?<=> ");
    if (final == std::string_view::npos) return true;  // it is not complete: assume the worst
    if (of_csi.find(bytes[final]) != std::string_view::npos) return true;
    bytes.remove_prefix(final + 1);
  }
}

}  // namespace weir
