/// The source of jobs that run at the same time and share one stream: --round-robin, --shard,
/// --bin, --tee.
///
/// The jobs come first, as many as allowed; then next() deals the input out to them until it ends.
/// It reads no further than a running job can take, so that what is in memory does not grow.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/block_stream.hpp>
#include <weir/source.hpp>

#include "batch/block_reader.hpp"
#include "input/column_key.hpp"
#include "input/dealing_rules.hpp"
#include "loop/completion.hpp"

namespace weir {

class dealing_source final : public source {
 public:
  /// \param fd of the bytes; 0 is borrowed, others are closed at the end. \param jobs makes them
  /// without their input, at most one for each block if blocks are dealt in turn.
  /// \throws usage_error if the rules are invalid.
  dealing_source(const loop_executor& loop, int fd, std::string name, block_rules blocks,
                 dealing_rules rules, std::unique_ptr<source> jobs);
  dealing_source(const dealing_source&) = delete;
  dealing_source& operator=(const dealing_source&) = delete;
  ~dealing_source() override;

  awaitable<std::optional<job_spec>> next() override;
  void close() override;

 private:
  using stream_pointer = std::shared_ptr<block_stream>;
  using piece = block_stream::piece;

  bool one_for_each_block() const {
    return rules_.how == dealing::in_turn || rules_.how == dealing::in_order;
  }
  awaitable<std::optional<job_spec>> next_job();
  awaitable<std::optional<job_spec>> begin_job();
  awaitable<piece> read_block();
  awaitable<> deal(piece block);
  awaitable<> deal_in_turn(piece block);
  awaitable<> deal_lines(std::string_view lines);
  awaitable<> put(std::size_t job, piece block);
  awaitable<> wait_for_room();
  stream_pointer open_stream_of(std::size_t job) const;
  bool any_reads() const;
  void finish();

  block_reader blocks_;
  dealing_rules rules_;
  std::optional<column_key> key_;
  std::unique_ptr<source> jobs_;
  /// Weak, since whoever holds a job holds its stream.
  std::vector<std::weak_ptr<block_stream>> streams_;
  piece first_;           ///< the block that the next job to begin reads first
  std::size_t turn_ = 0;  ///< of the next job
  completion room_;
  bool all_begun_ = false;
  bool has_header_ = false;  ///< the jobs have been given one
  bool closed_ = false;
};

}  // namespace weir
