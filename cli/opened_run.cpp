#include "opened_run.hpp"

#include <utility>

#include "manifest_input.hpp"
#include "text/escape.hpp"

namespace weir::cli {

opened_run open_run(boost::asio::io_context& loop, options& o) {
  opened_run opened{open_source(loop, o), read_durations(o), {}};
  opened.journal = open_journal(o);
  if (!opened.journal.file) return opened;
  opened.source.jobs = std::make_unique<journaled_source>(
      std::move(opened.source.jobs), std::move(opened.journal.history), o.journal.settings,
      opened.journal.dir, escape(o.journal.path));
  return opened;
}

}  // namespace weir::cli
