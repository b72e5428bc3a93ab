// The target of a request, and the way it takes through routes. A crash, a route that its path is
// not, or a segment that a file system takes for another is a finding.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "web/route_table.hpp"
#include "web/target.hpp"

using namespace weir::web::detail;

namespace {

route_table made() {
  route_table table;
  std::size_t number = 0;
  for (const char* const pattern : {"/", "/a", "/a/", "/a/b", "/{x}/b", "/a/{y}/c", "/{x}/{y}/{z}",
                                    "/files/{path...}", "/a/{y}/{rest...}"})
    table.add(verb::get, pattern, number++);
  table.mount("/sub", 0);
  return table;
}

void require(bool holds) {
  if (!holds) std::abort();
}

/// Patterns are the programmer's, but a bad one must be refused, not undefined.
void add_pattern(std::string_view pattern) {
  route_table table;
  try {
    table.add(verb::get, pattern, 0);
    table.add(verb::post, "/fixed/{id}", 1);
    table.mount(pattern, 0);
  } catch (const std::invalid_argument&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const route_table table = made();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  add_pattern(text);
  (void)query_value(text, "name");
  target where;
  if (!where.parse(text)) {
    require(where.segments().empty());
    return 0;
  }
  for (const std::string& segment : where.segments())
    require(segment != "." && segment != ".." && segment.find('\0') == std::string::npos);
  std::vector<captured> captures;
  const auto found = table.find(verb::get, where.segments(), 0, captures);
  require(found.depth <= where.segments().size());
  if (!found.known) require(captures.empty());
  if (found.known && found.mounted == route_table::none)
    require(table.allowed(where.segments(), 0) == "GET, HEAD");
  captures.clear();
  if (found.mounted != route_table::none)
    (void)table.find(verb::head, where.segments(), found.depth, captures);
  return 0;
}
