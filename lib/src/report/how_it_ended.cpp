#include "report/how_it_ended.hpp"

namespace weir {

std::string how_it_ended(const job_ended& e) {
  return describe(e.result.how) + (e.is_earlier() ? " (in an earlier run)" : "");
}

}  // namespace weir
