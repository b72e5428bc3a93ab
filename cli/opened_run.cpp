#include "opened_run.hpp"

#include <utility>

#include "manifest_input.hpp"

namespace weir::cli {

opened_run open_run(boost::asio::io_context& loop, options& o) {
  opened_run opened{open_source(loop, o), read_durations(o), {}};
  opened.journal = open_journal(o);
  if (!opened.journal.file) return opened;
  auto keyed = std::make_unique<journaled_source>(std::move(opened.source.jobs),
                                                  std::move(opened.journal.history),
                                                  o.journal.settings, opened.journal.dir);
  opened.keyed = keyed.get();
  opened.source.jobs = std::move(keyed);
  return opened;
}

}  // namespace weir::cli
