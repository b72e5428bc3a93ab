/// Which shell runs a command as GNU parallel's would, and which commands need none.
#pragma once

#include <string>
#include <string_view>

#include "dialects/parallel.hpp"

namespace weir {

class parallel_shell {
 public:
  /// \param around must outlive this.
  /// \param packs whether as many items go into a job as fit.
  parallel_shell(const parallel_surroundings& around, bool packs)
      : around_(around), packs_(packs) {}

  /// Whether executing `program` does what a shell would do with that word.
  bool is_left_out_for(std::string_view program) const;

  /// Only bash knows its functions: GNU parallel uses the shell that called it, which is then bash.
  std::string for_script(std::string_view script) const;

 private:
  bool packs_for(std::string_view program) const;

  const parallel_surroundings& around_;
  bool packs_;
};

}  // namespace weir
