/// The logs of CI systems: which one reads us, and how it folds the output of a job.
///
/// Pure functions of the environment and of what is to be said. Jobs that passed are folded, those
/// that failed stand open. Sources: GitHub Actions, "Workflow commands"; GitLab CI, "Custom
/// collapsible sections".
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "report/group_marks.hpp"
#include "report/progress_style.hpp"

namespace weir {

enum class ci_kind { none, github, gitlab };

/// GITHUB_ACTIONS=true, GITLAB_CI=true; but none in a job of another weir (WEIR_SEQ), which folds
/// all that the job writes.
ci_kind ci_from(const environment& variable);

/// Null for none. \param id tells apart what several weirs write into one log.
std::unique_ptr<group_marks> marks_for(ci_kind kind, const std::string& id);

/// Text as the value of a workflow command: %, CR and LF encoded.
std::string github_data(std::string_view text);
/// The same for a property, such as a title: the colon and the comma, too.
std::string github_property(std::string_view text);

}  // namespace weir
