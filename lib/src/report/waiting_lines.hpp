/// Which jobs have not started, and why: for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <weir/notice.hpp>

#include "report/progress_state.hpp"

namespace weir {

waiting_asked::answer waiting_jobs(inbox& run, std::size_t most);
/// As many as are counted for each thing that they wait for.
constexpr std::size_t most_counted = 100'000;

/// One line for what jobs wait for, as in "weir:   2 wait for pool db (1 of 1 taken): a, b", safe
/// for a terminal. \param state says how many have not even been read yet.
std::vector<std::string> waiting_lines(const waiting_asked::answer& waiting,
                                       const progress_state& state, bool utf8);

}  // namespace weir
