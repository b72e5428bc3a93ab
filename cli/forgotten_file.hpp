/// A FILE that was left out, so that the COMMAND stands in its place.
///
/// Who comes from GNU parallel writes `--joblog log --resume gzip ::: a b`: gzip would be a
/// journal, and a and b would be run.
#pragma once

#include <span>

#include "typed_options.hpp"

namespace weir::cli {

/// `--trace=gzip`, in one word, is never doubted.
/// \param o COMMAND, or a manifest, is known.
/// \throws usage_error where a value that names a program leaves no COMMAND; and where that of
/// --resume is a program, or is not there and bare as the name of one.
void refuse_forgotten_file(const options& o, std::span<const value_apart> values);

}  // namespace weir::cli
