/// What a terminal shows below the output: a progress display, as the writer sees it.
///
/// It is lifted before bytes go out and put back behind them, in the same write(2): between two
/// writes a terminal may show the screen without it, and it would blink.
#pragma once

#include <string>
#include <string_view>

namespace weir {

class footer {
 public:
  virtual ~footer() = default;

  /// \returns the bytes that take it off the screen; empty when it is not there.
  virtual std::string lift() = 0;

  /// \param at_line_start the output that is on the screen ends with a newline.
  /// \param moved the output moved the cursor about (see moves_cursor): nobody knows where it is.
  /// \returns the bytes that put it back; empty when it is to stay away.
  virtual std::string put_back(bool at_line_start, bool moved) = 0;

  /// What put_back returned was not written after all.
  virtual void lost() = 0;
};

/// Whether `bytes` hold a control sequence that leaves the cursor elsewhere than printing does
/// (ECMA-48: CUU to CUP, HVP, VPA, ED, RI; save and restore). Colours and EL are none.
bool moves_cursor(std::string_view bytes);

}  // namespace weir
