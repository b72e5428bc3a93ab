/// The source of jobs that read a range of a file each: --pipepart.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <weir/source.hpp>

#include "batch/job_factory.hpp"
#include "input/range_finder.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

class range_source final : public source {
 public:
  /// \param path of the file, which stays as it is while the run lasts. \param items the command;
  /// it has no items. \throws usage_error for rules that are none.
  range_source(block_rules rules, std::string path, owned_fd file, std::uint64_t size,
               std::shared_ptr<const job_settings> settings, item_settings items);

  awaitable<std::optional<job_spec>> next() override;
  void close() override { closed_ = true; }

 private:
  std::string read(std::uint64_t at, std::size_t most) const;

  std::string path_;
  owned_fd file_;
  range_finder ranges_;
  std::shared_ptr<const job_settings> settings_;
  item_factory jobs_;
  bool closed_ = false;
};

}  // namespace weir
