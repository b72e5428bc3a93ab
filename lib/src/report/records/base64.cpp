#include "report/records/base64.hpp"

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>

namespace weir {

std::size_t append_base64_part(std::string& to, std::string_view bytes, bool last) {
  using namespace boost::archive::iterators;
  using encoded = base64_from_binary<transform_width<const char*, 6, 8>>;
  const std::size_t whole = last ? bytes.size() : bytes.size() - bytes.size() % 3;
  to.append(encoded(bytes.data()), encoded(bytes.data() + whole));
  if (whole % 3 != 0) to.append(3 - whole % 3, '=');
  return whole;
}

}  // namespace weir
