/// The terminal that people look at, as code that draws on it needs it: a size, a permission, a
/// write.
///
/// It knows no escape sequences, nor what is drawn. An interface, so that tests can draw on a small
/// model of a screen instead.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Size of a screen, in cells. `terminal::size` never returns 0.
struct terminal_size {
  unsigned columns = 80;
  unsigned rows = 24;
  bool operator==(const terminal_size&) const = default;
};

class terminal {
 public:
  virtual ~terminal() = default;

  /// The current size; queried before every frame, so that a resize needs no signal.
  virtual terminal_size size() = 0;

  /// Whether this process may draw: false while it is in a background process group.
  virtual bool foreground() = 0;

  /// Writes `bytes` with one write(2). Never blocks.
  /// \returns false if nothing was written because the terminal takes nothing now (Ctrl-S, a
  /// stalled connection) or is gone.
  virtual bool write(std::string_view bytes) = 0;
};

/// A terminal behind a descriptor.
///
/// It opens the device again for itself, without blocking, so that it need not change the flags of
/// the given descriptor, which others share.
class tty final : public terminal {
 public:
  /// \pre is_terminal(fd). `fd` must stay open as long as this lives.
  explicit tty(int fd);
  ~tty() override;
  tty(const tty&) = delete;
  tty& operator=(const tty&) = delete;

  terminal_size size() override;
  bool foreground() override;
  bool write(std::string_view bytes) override;

  /// Claims the terminal for drawing until this is destroyed; flock(2) on the device.
  /// \returns false if another process has it. If that cannot be determined, it counts as free.
  bool claim();

 private:
  bool ready(int timeout_ms) const;
  bool send(std::string_view bytes);

  int shared_;          ///< the given descriptor: used for size and process group
  int own_ = -1;        ///< O_NONBLOCK; -1: it could not be opened, and `shared_` is written to
  std::string unsent_;  ///< the rest of a partial write
};

/// isatty(3).
bool is_terminal(int fd);

}  // namespace weir
