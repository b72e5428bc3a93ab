#include "opened_run.hpp"

#include <utility>

#include "batch/journaled_source.hpp"
#include "manifest_input.hpp"

namespace weir::cli {

opened_run open_run(boost::asio::io_context& loop, options& o) {
  opened_run opened{open_source(loop, o), read_durations(o), {}};
  opened.journal = open_journal(o);
  if (opened.journal.file)
    opened.source.jobs = std::make_unique<journaled_source>(std::move(opened.source.jobs),
                                                            std::move(opened.journal.history),
                                                            o.journal.settings, opened.journal.dir);
  return opened;
}

}  // namespace weir::cli
