/// `weir --file`: reads a manifest, lets the command line override it, and supplies its jobs.
#pragma once

#include <optional>
#include <string>

#include "batch/durations.hpp"
#include "inputs.hpp"
#include "options.hpp"

namespace weir::cli {

/// Opens the manifest; its [run] and pools become part of `o` unless the command line overrides
/// them. JSON Lines are read only up to their settings, unless jobs are selected.
/// \throws usage_error with every fault; io_error if it could not be read.
opened_source open_manifest(boost::asio::io_context& loop, options& o);

/// For job_settings::again; empty without a manifest, or if it cannot be read a second time.
std::string command_again(const options& o);

/// What --check or --graph prints.
/// \throws what opening it, and the files of the run, would throw before anything starts.
std::string inspect_manifest(options o);

/// The durations of earlier runs, from the file named by --durations; empty without one.
/// \param peaks of memory; null: they are passed over.
duration_table read_durations(const options& o, peak_table* peaks = nullptr);

}  // namespace weir::cli
