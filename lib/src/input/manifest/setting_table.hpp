/// The settings of a job as one table: for each key how it is read, inherited from [defaults] and
/// applied, and how a plan shows it.
///
/// A new setting is a row here, a member of job_settings and one of settings_draft. schema.json and
/// weir-manifest(5) are written by hand; a test compares all three.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"
#include "input/manifest/manifest.hpp"

namespace weir::doc {

struct setting {
  std::string_view key;
  void (*read)(job_draft& to, const node& value, field_checker& check);
  /// Takes from `common` what `own` lacks.
  void (*inherit)(settings_draft& own, const settings_draft& common);
  void (*apply)(const settings_draft& from, const run_settings& run, job_settings& to);
  /// Adds words to a line of a plan if it is not the default; null: not shown in that line.
  void (*tell)(const job_settings& settings, std::vector<std::string>& words) = nullptr;
};

/// All settings, in the order in which a plan shows them.
std::span<const setting> job_setting_table() noexcept;

/// `own`, with the keys it lacks taken from `defaults`; env is merged variable by variable.
settings_draft merged(settings_draft own, const settings_draft& defaults);

/// The settings without a matrix.
/// \param draft merged with the defaults
job_settings settings_as_written(const settings_draft& draft, const run_settings& run);

/// "timeout 5m", "retry 2", "weight 2": what differs from the defaults.
std::vector<std::string> words_of(const job_settings& settings);
/// Those of them that change what the command line does, without being seen in it: what its process
/// is given, where it runs, and its files there.
std::vector<std::string> words_beside_command(const job_settings& settings);

/// The path of `dir`; if relative, it is below the run's directory.
std::string below(const std::string& run_dir, std::string dir);

}  // namespace weir::doc
