#include <weir/tally.hpp>

namespace weir {

const char* to_string(verdict judged) {
  switch (judged) {
    case verdict::succeeded:
      return "succeeded";
    case verdict::failed:
      return "failed";
    case verdict::skipped:
      return "skipped";
    case verdict::cancelled:
      return "cancelled";
    case verdict::not_started:
      break;
  }
  return "not started";
}

void tally::count(verdict judged, bool may_fail) {
  switch (judged) {
    case verdict::succeeded:
      ++succeeded;
      break;
    case verdict::failed:
      ++failed;
      allowed += may_fail ? 1 : 0;
      break;
    case verdict::skipped:
      ++skipped;
      break;
    case verdict::cancelled:
      ++cancelled;
      break;
    case verdict::not_started:
      ++not_started;
      break;
  }
}

}  // namespace weir
