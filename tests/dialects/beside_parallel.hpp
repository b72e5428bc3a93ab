/// weir in GNU parallel's place, beside it where it is installed.
#pragma once

#include <string>

#include "gnu_parallel.hpp"

namespace test {

/// \param script calls it "$@".
inline void same(const std::string& script) {
  const auto run = [&](const std::string& home, const std::string& tool) {
    test_space t;
    return t.shell(
        "HOME=$PWD SHELL=/bin/bash PARALLEL_SHELL=/bin/bash; export HOME SHELL PARALLEL_SHELL; " +
        home + "printf 'A\\nB\\nC\\n' > abc; printf 'D\\nE\\nF\\n' > def; set -- " + tool + "; " +
        script);
  };
  const finished ours = run("mkdir .parallel; ", "$WEIR --as parallel");
  check_beside_gnu(script, ours, [&] { return run(with_gnu_home(), "parallel --will-cite"); });
}

}  // namespace test
