/// How weir responds to bad usage.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/test_space.hpp"

namespace test {

/// Bad usage gives one message and status 2, and starts nothing.
inline void refused(test_space& t, std::vector<std::string> arguments, const std::string& message) {
  INFO(message);
  const auto run = t.weir(std::move(arguments), "touch started\n");
  CHECK(run.exit_code() == 2);
  CHECK(run.out.empty());
  CHECK(lines(run.err).size() == 1);
  CHECK(run.err.find(message) != std::string::npos);
  CHECK_FALSE(t.exists("started"));
}

}  // namespace test
