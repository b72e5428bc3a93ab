/// Keeps what jobs write until they end, to be read once, in pieces.
///
/// A little stays in memory; the rest goes to one unlinked file that all streams share, so that
/// output from ten thousand jobs needs only one descriptor.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/temporary_file.hpp"
#include "text/utf8.hpp"

namespace weir {

/// Shared by the streams of a run.
class held_output {
 public:
  /// \throws io_error
  held_output() : file_(temporary_directory()) {}

  /// Bytes that a record writes in one turn of the loop: a few milliseconds.
  static constexpr std::size_t most_of_a_turn = 1 << 20;

  class reading;

  /// One stream of one job.
  class stream {
   public:
    explicit stream(held_output& all) : all_(&all) {}
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    ~stream() { clear(); }

    /// \throws io_error
    void append(std::string_view bytes);
    void clear() noexcept;
    bool is_utf8() const noexcept { return checker_.is_utf8(); }

   private:
    friend class held_output::reading;
    struct range {
      std::uint64_t offset;
      std::uint64_t length;
    };

    void spill();

    held_output* all_;
    std::vector<range> ranges_;  ///< of the file
    std::string memory_;         ///< what follows the ranges
    utf8_checker checker_;
  };

  /// Reads a stream once, in pieces.
  class reading {
   public:
    /// Takes bytes from the front and returns how many; the rest is passed again, before what
    /// follows.
    using taker = std::function<std::size_t(std::string_view bytes, bool last)>;

    /// \param from must outlive this and not change.
    explicit reading(const stream& from) : from_(&from) {}

    /// Passes on the next piece: at most 64 KiB plus what is in memory. \returns whether there is
    /// more. \throws io_error
    bool pass(const taker& take);

   private:
    void read_piece();

    const stream* from_;
    std::size_t range_ = 0;   ///< index of the one being read
    std::uint64_t done_ = 0;  ///< bytes of it that were read
    std::string bytes_;       ///< read but not taken yet
  };

 private:
  backlog file_;
  std::size_t memory_ = 0;  ///< bytes in all streams
};

}  // namespace weir
