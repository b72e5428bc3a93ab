/// What a terminal shows below the output: a progress display, as the writer sees it.
///
/// It is removed before output and restored after it, in the same write(2): between two writes a
/// terminal may show the screen without it, and it would flicker.
#pragma once

#include <string>
#include <string_view>

namespace weir {

class footer {
 public:
  virtual ~footer() = default;

  /// \returns the bytes that remove it from the screen; empty if it is not there.
  virtual std::string lift() = 0;

  /// \param at_line_start whether the output on the screen ends with a newline.
  /// \param moved whether the output moved the cursor (see moves_cursor), so its position is
  /// unknown.
  /// \returns the bytes that restore it; empty if it is to stay away.
  virtual std::string put_back(bool at_line_start, bool moved) = 0;

  /// What put_back() returned was not written after all.
  virtual void lost() = 0;
};

/// Whether `bytes` contain a control sequence that moves the cursor differently from printing
/// (ECMA-48: CUU to CUP, HVP, VPA, ED, RI; save and restore). Colours and EL do not.
bool moves_cursor(std::string_view bytes);

}  // namespace weir
