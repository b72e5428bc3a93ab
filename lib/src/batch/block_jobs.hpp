/// Jobs that each read a block of a stream (--pipe), as stdin or as a file that they can name.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <weir/source.hpp>

#include "batch/block_reader.hpp"
#include "batch/job_factory.hpp"
#include "input/block_rules.hpp"

namespace weir {

/// Makes the job for a block. \param as what {} stands for, if anything.
job_spec job_of_block(item_factory& jobs, block_input block, block_as as);

class block_jobs final : public source {
 public:
  /// \param items the command; it takes no items.
  block_jobs(std::unique_ptr<block_reader> blocks, std::shared_ptr<const job_settings> settings,
             item_settings items, block_as as)
      : blocks_(std::move(blocks)), as_(as), jobs_(std::move(settings), std::move(items)) {}

  awaitable<std::optional<job_spec>> next() override;
  void close() override;

 private:
  job_spec job_of(std::string block);

  std::unique_ptr<block_reader> blocks_;
  block_as as_;
  item_factory jobs_;
  bool closed_ = false;
};

/// Jobs without items, as many as are requested: their input is somebody else's concern.
class like_jobs final : public source {
 public:
  like_jobs(std::shared_ptr<const job_settings> settings, item_settings items)
      : jobs_(std::move(settings), std::move(items)) {}

  awaitable<std::optional<job_spec>> next() override { co_return jobs_.take({}); }
  void close() override {}

 private:
  item_factory jobs_;
};

}  // namespace weir
