/// What --send and --return name, with its placeholders: the settings of each job.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/job_spec.hpp>

#include "input/template.hpp"

namespace weir {

class file_templates {
 public:
  /// \param common what all jobs have in common; its files are texts with placeholders.
  file_templates(std::shared_ptr<const job_settings> common, const template_options& options);

  /// The common settings with the job's own files. Jobs in a row with the same files share them.
  std::shared_ptr<const job_settings> settings(std::uint64_t seq,
                                               std::span<const std::string_view> items);

  /// The texts, and for each the {n} or {-n} that needs most items; 0 if there is none.
  const std::vector<std::string>& texts() const noexcept { return texts_; }
  std::int32_t farthest_item(std::size_t text) const { return templates_[text].farthest_item(); }

 private:
  std::shared_ptr<const job_settings> common_;
  std::shared_ptr<const job_settings> last_;
  std::vector<std::string> texts_;  ///< what is sent, then what is returned
  std::vector<text_template> templates_;
};

}  // namespace weir
