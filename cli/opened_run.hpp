/// What both a run and a dry run begin with: their jobs, what is known about them, and the journal.
#pragma once

#include "batch/durations.hpp"
#include "inputs.hpp"
#include "journal_options.hpp"

namespace weir::cli {

/// What a run reads.
struct opened_run {
  opened_source source;
  duration_table durations;
  peak_table peaks;
  opened_journal journal;
};

/// The journal is the first file to be created: by then, nothing else can be refused.
/// \param o receives what a manifest says about the run. \throws as open_source, open_journal.
opened_run open_run(boost::asio::io_context& loop, options& o);

}  // namespace weir::cli
