/// The terminal that people look at, as whoever draws on it needs it: a size, a permission, a
/// write.
///
/// It knows no escape sequence and nothing of what is drawn. An interface, so that tests draw on a
/// small model of a screen instead.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Of a screen, in cells. Never 0 as `terminal::size` gives it.
struct terminal_size {
  unsigned columns = 80;
  unsigned rows = 24;
  bool operator==(const terminal_size&) const = default;
};

class terminal {
 public:
  virtual ~terminal() = default;

  /// The size now; asked for anew before every frame, so that a resize needs no signal.
  virtual terminal_size size() = 0;

  /// Whether this process may draw: false while it is in a background process group.
  virtual bool foreground() = 0;

  /// Writes `bytes` with one write(2). Never blocks. \returns false when nothing was written
  /// because the terminal takes nothing now (Ctrl-S, a stalled connection) or is gone.
  virtual bool write(std::string_view bytes) = 0;
};

/// A terminal behind a descriptor.
///
/// It opens the device once more for itself, without blocking, so that the flags of the descriptor
/// it was given, which others share, stay as they are.
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

  /// Takes the terminal for whoever draws on it, until this is destroyed; flock(2) on the device.
  /// \returns false when another process has it. Where that cannot be known it is free.
  bool claim();

 private:
  bool ready(int timeout_ms) const;
  bool send(std::string_view bytes);

  int shared_;          ///< what was given: asked for size and process group
  int own_ = -1;        ///< O_NONBLOCK; -1: it could not be opened, `shared_` is written to
  std::string unsent_;  ///< the rest of a write that the terminal took in part
};

/// isatty(3).
bool is_terminal(int fd);

}  // namespace weir
