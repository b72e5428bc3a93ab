/// A FILE that was left out, so that COMMAND stands in its place; or a `<` that was left out.
///
/// Users of GNU parallel may write `--joblog log --resume gzip ::: a b`: gzip would be a journal,
/// and a and b would be run.
#pragma once

#include <span>

#include "typed_options.hpp"

namespace weir::cli {

/// `--trace=gzip`, in one word, is never doubted.
/// \pre COMMAND, or the manifest, is known in \p o.
/// \throws usage_error if a value that names a program leaves no COMMAND; and if that of --resume
/// is a program, or does not exist and is a bare name like a program's.
void refuse_forgotten_file(const options& o, std::span<const value_apart> values);

/// `weir commands.txt` would wait for items at a terminal, and fail for each.
/// \throws usage_error if the whole COMMAND is a file that can be read but not executed.
void refuse_list_as_command(const options& o);

}  // namespace weir::cli
