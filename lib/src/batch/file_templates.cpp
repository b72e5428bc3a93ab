#include "batch/file_templates.hpp"

#include <utility>

namespace weir {

file_templates::file_templates(std::shared_ptr<const job_settings> common,
                               const template_options& options)
    : common_(std::move(common)), last_(common_), texts_(common_->files.sent) {
  const auto& returned = common_->files.returned;
  texts_.insert(texts_.end(), returned.begin(), returned.end());
  for (const std::string& text : texts_) templates_.emplace_back(text, options);
}

std::shared_ptr<const job_settings> file_templates::settings(
    std::uint64_t seq, std::span<const std::string_view> items) {
  const std::size_t sent = common_->files.sent.size();
  carried_files files{{}, {}, common_->files.cleanup};
  for (std::size_t i = 0; i < templates_.size(); ++i)
    (i < sent ? files.sent : files.returned).push_back(templates_[i].expand(seq, items));
  if (files == last_->files) return last_;
  auto own = std::make_shared<job_settings>(*common_);
  own->files = std::move(files);
  return last_ = std::move(own);
}

}  // namespace weir
