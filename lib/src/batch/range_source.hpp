/// Blocks that are ranges of a file: the source of jobs that each read one (--pipepart), and all
/// blocks of a file for a manifest.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <weir/source.hpp>

#include "batch/block_jobs.hpp"
#include "batch/job_factory.hpp"
#include "input/range_finder.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

/// A file that can be read at any position, and does not change while a run lasts.
class ranged_file {
 public:
  /// \throws usage_error if it cannot be read, or is a stream.
  explicit ranged_file(std::string path);
  /// The rest of stdin, which counts as read. nullopt if it is not a file, or no longer has a name.
  static std::optional<ranged_file> of_stdin();

  const std::string& path() const noexcept { return path_; }
  /// For messages.
  std::string name() const;
  /// Empty if it is opened by its path.
  const std::string& opened_as() const noexcept { return opened_as_; }
  std::uint64_t begin() const noexcept { return begin_; }
  std::uint64_t size() const noexcept { return size_; }
  /// \throws io_error
  std::string read(std::uint64_t at, std::size_t most) const;

 private:
  std::string path_, opened_as_;
  owned_fd file_;
  std::uint64_t begin_ = 0;
  std::uint64_t size_ = 0;
};

class range_source final : public source {
 public:
  /// \param items the command; it takes no items. \throws usage_error if the rules are invalid.
  range_source(block_rules rules, ranged_file file, std::shared_ptr<const job_settings> settings,
               item_settings items, block_as as, range_cut cut);

  awaitable<std::optional<job_spec>> next() override;
  void close() override { closed_ = true; }

 private:
  ranged_file file_;
  range_finder ranges_;
  block_as as_;
  item_factory jobs_;
  bool closed_ = false;
};

/// A block_finder: all blocks of a file, given its absolute path. A file that is empty, or has only
/// a header, is one block.
std::vector<block_input> blocks_of_file(const std::string& path, const block_rules& rules,
                                        std::size_t most);

}  // namespace weir
