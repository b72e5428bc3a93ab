/// Opens what the jobs are made from, as the options say.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <weir/source.hpp>

#include "options.hpp"

namespace weir::cli {

struct opened_source {
  std::unique_ptr<source> jobs;
  std::optional<std::uint64_t> total;  ///< how many there will be, when that is known
};

/// Reads lists of items (::::, several sources) to their end; a single stream is only opened.
/// \param loop runs while lists are read. \param warn for people, at most once.
/// \throws usage_error for a file that cannot be opened; io_error when reading a list failed.
opened_source open_source(boost::asio::io_context& loop, const options& o,
                          std::function<void(const std::string&)> warn);

}  // namespace weir::cli
