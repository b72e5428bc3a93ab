/// weir in GNU parallel's place, beside it where it is installed.
#pragma once

#include <string>

#include "support/catch.hpp"
#include "support/test_space.hpp"

namespace test {

inline bool is_gnu() {
  test_space t;
  return t.shell("parallel --version 2>/dev/null < /dev/null").out.find("GNU parallel") == 0;
}

/// \param script calls it "$@".
inline void same(const std::string& script) {
  if (!is_gnu()) return;
  INFO(script);
  const std::string start =
      "HOME=$PWD SHELL=/bin/bash PARALLEL_SHELL=/bin/bash; export HOME SHELL "
      "PARALLEL_SHELL; mkdir .parallel; : > .parallel/will-cite; printf "
      "'A\\nB\\nC\\n' > abc; printf 'D\\nE\\nF\\n' > def; ";
  test_space a, b;
  const finished ours = a.shell(start + "set -- $WEIR --as parallel; " + script);
  const finished theirs = b.shell(start + "set -- parallel --will-cite; " + script);
  CHECK(ours.out == theirs.out);
  CHECK(ours.exit_code() == theirs.exit_code());
}

}  // namespace test
