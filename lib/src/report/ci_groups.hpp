/// The logs of CI systems: which system reads ours, and how it folds the output of a job.
///
/// Pure functions of the environment and of the text. Jobs that passed are folded, those that
/// failed stay open. Sources: GitHub Actions, "Workflow commands"; GitLab CI, "Custom collapsible
/// sections".
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "report/group_marks.hpp"
#include "report/progress_style.hpp"

namespace weir {

enum class ci_kind { none, github, gitlab };

/// Goes by GITHUB_ACTIONS=true or GITLAB_CI=true, but returns none inside a job of another weir
/// (WEIR_SEQ), which folds everything the job writes.
ci_kind ci_from(const environment& variable);

/// Null for ci_kind::none. \param id tells groups of several weirs in one log apart.
std::unique_ptr<group_marks> marks_for(ci_kind kind, const std::string& id);

/// Text as the value of a workflow command: %, CR and LF encoded.
std::string github_data(std::string_view text);
/// The same for a property, such as a title: escapes the colon and the comma, too.
std::string github_property(std::string_view text);

}  // namespace weir
