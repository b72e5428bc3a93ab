/// A FILE that was left out, so that the COMMAND stands in its place; or a `<` before it.
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

/// `weir commands.txt` would wait for items at a terminal, and fail for each.
/// \throws usage_error where the whole COMMAND is a file that can be read and not run.
void refuse_list_as_command(const options& o);

}  // namespace weir::cli
