#include "opened_run.hpp"

#include <utility>

#include "batch/resumed_source.hpp"
#include "batch/sharded_source.hpp"
#include "manifest_input.hpp"
#include "text/escape.hpp"

namespace weir::cli {

opened_run open_run(boost::asio::io_context& loop, options& o) {
  opened_run opened{open_source(loop, o), read_durations(o), {}};
  if (o.dialect.has_ended)
    opened.source.jobs =
        std::make_unique<resumed_source>(std::move(opened.source.jobs), o.dialect.has_ended);
  if (o.part && o.manifest.file.empty()) {
    opened.source.jobs =
        std::make_unique<sharded_source>(std::move(opened.source.jobs), *o.part, opened.durations);
    opened.source.total.reset();  // it counts all parts
  }
  opened.journal = open_journal(o);
  if (!opened.journal.file) return opened;
  if (opened.source.total) *opened.source.total += opened.journal.history.added();
  opened.source.jobs = std::make_unique<journaled_source>(
      std::move(opened.source.jobs), std::move(opened.journal.history), o.journal.settings,
      opened.journal.dir, escape(o.journal.path));
  return opened;
}

}  // namespace weir::cli
