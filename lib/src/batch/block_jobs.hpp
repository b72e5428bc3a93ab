/// Jobs that read a block of a stream each: --pipe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "batch/job_factory.hpp"
#include "input/block_splitter.hpp"
#include "input/stream_parser.hpp"

namespace weir {

class block_jobs final : public stream_parser {
 public:
  /// \param name of the input, in messages. \param items the command; it has no items.
  /// \throws usage_error for rules that are none.
  block_jobs(block_rules rules, std::string name, std::shared_ptr<const job_settings> settings,
             item_settings items)
      : blocks_(std::move(rules), std::move(name)),
        settings_(settings),
        jobs_(std::move(settings), std::move(items)) {}

  void feed(std::string_view bytes) override { blocks_.feed(bytes); }
  void finish() override { blocks_.finish(); }
  std::optional<job_spec> next() override;

 private:
  block_splitter blocks_;
  std::shared_ptr<const job_settings> settings_;
  item_factory jobs_;
};

}  // namespace weir
