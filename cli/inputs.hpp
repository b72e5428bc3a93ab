/// Opens what the jobs are made from, as the options say.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weir/source.hpp>

#include "options.hpp"

namespace weir::cli {

struct opened_source {
  std::unique_ptr<source> jobs;
  std::optional<std::uint64_t> total;   ///< how many there will be, if known
  std::vector<std::string> warnings{};  ///< of lists that were read, for people
  std::vector<std::string> notes{};     ///< for people, before the first job
};

/// Reads lists of items (::::, several sources) to their end; a single stream is only opened.
/// \param loop runs while lists are read. \param o receives what a manifest says about the run.
/// \throws usage_error for a file that cannot be opened; io_error if reading a list failed.
opened_source open_source(boost::asio::io_context& loop, options& o);

}  // namespace weir::cli
