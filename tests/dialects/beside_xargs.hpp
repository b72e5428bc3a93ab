/// A script run with weir in xargs' place and with xargs itself, whose outcomes have to agree.
#pragma once

#include <string>

#include "support/catch.hpp"
#include "support/test_space.hpp"

namespace test::beside_xargs {

/// Whether xargs is that of findutils; without it there is nothing to compare with.
inline bool is_findutils() {
  test_space t;
  if (t.shell("xargs --version 2>/dev/null").out.find("findutils") != std::string::npos)
    return true;
  WARN("xargs is not that of findutils: not compared");
  return false;
}

/// \param script calls it "$@", with what it reads. What a warning says may differ, not whether
/// there is one.
inline void same_as_xargs(const std::string& script) {
  INFO(script);
  test_space here, there;
  const finished ours = here.shell("LC_ALL=C; export LC_ALL; set -- $WEIR --as xargs; " + script);
  const finished theirs = there.shell("LC_ALL=C; export LC_ALL; set -- xargs; " + script);
  CHECK(ours.out == theirs.out);
  CHECK(ours.exit_code() == theirs.exit_code());
  CHECK(ours.err.empty() == theirs.err.empty());
}

}  // namespace test::beside_xargs
