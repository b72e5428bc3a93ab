/// Jobs that read a block of a stream each (--pipe), as stdin or as a file that they can name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weir/source.hpp>

#include "batch/job_factory.hpp"
#include "input/block_splitter.hpp"
#include "input/stream_parser.hpp"

namespace weir {

/// Makes the job of a block. \param as what {} stands for, if anything.
job_spec job_of_block(item_factory& jobs, const job_settings& common, block_input block,
                      block_as as);

class block_jobs final : public stream_parser {
 public:
  /// \param name of the input, in messages. \param items the command; it has no items.
  /// \throws usage_error for rules that are none.
  block_jobs(block_rules rules, std::string name, std::shared_ptr<const job_settings> settings,
             item_settings items, block_as as)
      : blocks_(std::move(rules), std::move(name)),
        settings_(settings),
        as_(as),
        jobs_(std::move(settings), std::move(items)) {}

  void feed(std::string_view bytes) override { blocks_.feed(bytes); }
  void finish() override { blocks_.finish(); }
  std::optional<job_spec> next() override;

 private:
  block_splitter blocks_;
  std::shared_ptr<const job_settings> settings_;
  block_as as_;
  item_factory jobs_;
};

/// Jobs without items, as many as are asked for: what they read is somebody else's.
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
