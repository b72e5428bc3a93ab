/// Holds one stream of one job until its turn to be printed.
///
/// The first bytes stay in memory; more go to the stream's own unlinked file, into which the
/// producer can splice without reading. A finished job that has to wait (keep-order) moves to the
/// backlog when many wait, giving up its memory and its descriptor. What all spools of a run share
/// is in spool_space. It knows nothing of jobs, order or lines, except for the tail shown in
/// summaries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/output_sink.hpp>

#include "files/temporary_file.hpp"
#include "files/writer.hpp"

namespace weir {

/// Bounds of memory, in bytes.
struct spool_limits {
  std::size_t stream = 256 * 1024;              ///< of one stream before it uses a file
  std::size_t crowded_stream = 16 * 1024;       ///< the same if all together hold more than `total`
  std::size_t total = std::size_t{16} << 20;    ///< of all streams
  std::size_t finished = std::size_t{8} << 20;  ///< of streams waiting for their turn
  std::size_t queued = std::size_t{4} << 20;    ///< before a waiting writer
  std::size_t waiting_files = 32;               ///< descriptors of streams waiting for their turn
  std::uint64_t files = std::uint64_t{256}
                        << 20;  ///< in files before a slow reader holds jobs back
};

/// What the spools of a run share: the directory, the bounds, the backlog.
class spool_space {
 public:
  explicit spool_space(temporary_place where = {}, spool_limits limits = {});

  /// Called once, with text for people, if output is kept elsewhere than it should be.
  std::function<void(const std::string&)> on_elsewhere;

  /// Finds out now whether files can be created, for users who create theirs themselves.
  void look();

  /// The backlog, created on first use.
  /// \throws io_error
  const std::shared_ptr<backlog>& shared();

  /// Like writer.write(), but what a congested writer holds beyond the limit goes through the
  /// backlog.
  /// \throws io_error
  flow deliver(writer& to, std::span<const char> bytes);
  flow deliver(writer& to, std::string&& bytes);

  const std::string& directory() const noexcept { return where_.directory; }
  const spool_limits& limits() const noexcept { return limits_; }
  /// Bytes in memory of all spools.
  std::size_t memory() const noexcept { return memory_; }
  /// The same, only of spools waiting for their turn, including their own overhead.
  std::size_t finished_memory() const noexcept { return finished_memory_; }
  /// Whether so much waits in files that a slow reader should hold back the jobs: their output
  /// would fill the disk, only because it has to wait.
  bool is_full() const noexcept { return *in_files_ >= limits_.files; }
  /// Whether more finished streams may wait in memory and in files of their own.
  bool has_room() const noexcept {
    return finished_memory_ < limits_.finished && waiting_files_ < limits_.waiting_files;
  }

 private:
  friend class spool;
  bool overflows(const writer& to, std::size_t more) const noexcept;
  template <typename File>
  std::shared_ptr<File> make();

  temporary_place where_;
  spool_limits limits_;
  std::size_t memory_ = 0;
  std::size_t finished_memory_ = 0;
  std::size_t waiting_files_ = 0;
  std::shared_ptr<std::uint64_t> in_files_ = std::make_shared<std::uint64_t>(0);  ///< bytes
  std::shared_ptr<backlog> backlog_;
  bool told_elsewhere_ = false;
};

class spool {
 public:
  /// \param space must outlive the spool.
  explicit spool(spool_space& space) noexcept : space_(&space) {}
  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;
  ~spool() { clear(); }

  /// \throws io_error if the file cannot be written; what was held before is kept.
  void append(std::span<const char> bytes);

  /// The file to splice into at its current offset; -1 while memory, whose limit applies, holds the
  /// stream.
  int splice_file() const noexcept { return file_ && !file_->in_memory() ? file_->fd() : -1; }
  /// `count` bytes were spliced into it.
  void spliced(std::size_t count) noexcept {
    file_->appended(count);
    file_size_ += count;
  }

  /// The stream has ended and waits for its turn; from now on it counts as finished.
  void wait_for_turn();

  /// Moves everything to the backlog and empties the spool: for when space.has_room() is false.
  /// \returns where it is; whoever prints it has to release it.
  /// \throws io_error
  file_range store();

  /// Hands everything over to the writer; the spool is then empty and may be used again.
  /// \throws io_error if the backlog was needed and failed.
  flow move_to(writer& to);
  /// The same, except that an unfinished last line stays, unless it is longer than a megabyte.
  /// \throws io_error
  flow move_lines_to(writer& to);

  void clear() noexcept;

  bool empty() const noexcept { return size() == 0; }
  std::uint64_t size() const noexcept;
  /// The last bytes, at most `most` of them.
  /// \throws io_error
  std::string last_bytes(std::size_t most) const;

 private:
  void spill();
  std::string unfinished_line() const;
  void take_back(std::uint64_t count) noexcept;
  void move_memory_to_backlog();
  void add_range(std::uint64_t offset, std::uint64_t length);
  void end_waiting() noexcept;

  spool_space* space_;
  // In the order of the stream:
  std::vector<file_range> ranges_;  ///< in the backlog
  std::shared_ptr<temporary_file> file_;
  std::uint64_t file_size_ = 0;
  std::string memory_;
  bool waiting_ = false;
  bool waiting_file_ = false;
};

}  // namespace weir
