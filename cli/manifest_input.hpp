/// `weir --file`: reads a manifest, lets the command line override it, and gives its jobs.
#pragma once

#include <optional>
#include <string>

#include "batch/durations.hpp"
#include "inputs.hpp"
#include "options.hpp"

namespace weir::cli {

/// Opens the manifest; its [run] and pools become part of `o` where the command line says nothing.
/// JSON Lines are read no further than to their settings, unless jobs are selected.
/// \throws usage_error with every fault; io_error when it could not be read.
opened_source open_manifest(boost::asio::io_context& loop, options& o);

/// What --check or --graph prints.
/// \throws what opening it, and the files of the run, would throw before anything starts.
std::string inspect_manifest(options o);

/// The durations of earlier runs, as --durations names them; empty without.
duration_table read_durations(const options& o);

}  // namespace weir::cli
