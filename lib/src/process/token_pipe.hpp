/// The pipe of a jobserver: tokens are bytes in it.
///
/// Source: the GNU make manual, "POSIX Jobserver Interaction": a client reads one byte for each job
/// after its first and writes the same byte back when that job ends, whatever happens. make's reads
/// may block, so the description that it shares with its children must never be made non-blocking:
/// the pipe is opened anew here. The tokens taken are kept in memory that a fork shares, so that
/// the process in front can give them back if this one is killed. It knows no loop and no job.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "loop/owned_fd.hpp"
#include "text/make_flags.hpp"

namespace weir {

class token_pipe {
 public:
  /// Joins a jobserver; nullopt if there is none at this address, or it cannot be reached: make has
  /// not passed it on, or /proc is missing.
  static std::optional<token_pipe> join(const jobserver_address& where);
  /// Makes a jobserver, without tokens yet, that processes join through descriptors they inherit.
  /// \throws io_error.
  static token_pipe make_pipe();
  /// The same, joined by name: in a directory in `place` that only this user can enter. Removes
  /// those there that earlier ones left and no process has open.
  /// \throws io_error.
  static token_pipe make_fifo(const std::string& place);

  token_pipe(token_pipe&& other) noexcept;
  token_pipe(const token_pipe&) = delete;
  token_pipe& operator=(const token_pipe&) = delete;
  token_pipe& operator=(token_pipe&&) = delete;
  /// Gives nothing back: see close_down.
  ~token_pipe();

  /// For a jobserver that was made here: where others join it.
  const std::optional<jobserver_address>& address() const noexcept { return address_; }
  /// Lets this many more jobs run. \throws io_error.
  void fill(std::size_t tokens);

  /// \returns whether there was a token. Does not block.
  bool try_take() noexcept;
  /// Gives back the last token taken.
  void give_back() noexcept;
  /// The end: gives back all tokens taken, and removes what was made. May also be called by a
  /// process that shares this, after the one that took the tokens has died; a second call does
  /// nothing.
  void close_down() noexcept;

  /// Readable when there may be a token.
  int fd() const noexcept { return pipe_.value(); }

 private:
  explicit token_pipe(owned_fd pipe);

  void put(char token) noexcept;

  owned_fd pipe_;         ///< both ends, non-blocking
  owned_fd for_jobs_[2];  ///< of a pipe made here: without FD_CLOEXEC
  std::optional<jobserver_address> address_;
  std::string directory_;  ///< of a fifo made here
  char* taken_;            ///< shared; 0: no token
  std::size_t count_ = 0;
};

}  // namespace weir
