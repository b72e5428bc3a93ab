/// Which jobs of a manifest run: NAME..., --only and --except. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "input/manifest/manifest.hpp"

namespace weir {

/// Shell patterns as in fnmatch(3) without flags: *, ?, [abc], [!a-z], backslash. Linear in the
/// text for each star.
bool matches_pattern(std::string_view pattern, std::string_view text);

/// Whether the pattern is this very text, without any *, ? or [ except after a backslash.
bool is_literal(std::string_view pattern, std::string_view text);

/// The pattern that matches only this text.
std::string literal_pattern(std::string_view text);

struct selection {
  std::vector<std::string> names{};  ///< these jobs and everything they need; empty: all jobs
  std::vector<std::string>
      only{};  ///< of these, only those that match one of the patterns; empty: all
  std::vector<std::string> except{};  ///< of these, only those that match none of the patterns
  std::string file = "the manifest";  ///< its name in messages, printable
};

/// The manifest with only the selected jobs, renumbered.
///
/// A name is a job's, or that of a matrix as written in the manifest, for all its jobs. Patterns
/// are matched against a job's title. A need of a job that only or except left out counts as met,
/// as if it had succeeded earlier: so a job that runs on its failure is left out, too, unless only
/// has its whole name.
/// \throws usage_error for a name that no job has and a pattern that matches none, suggesting a
/// similar name: a typo must not look like a success.
manifest select(manifest all, const selection& wanted);

}  // namespace weir
