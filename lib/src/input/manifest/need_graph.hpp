/// Needs as a graph of indices: cycles, order, and how long the jobs after each will take. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <weir/job_spec.hpp>

namespace weir {

/// For each node, the nodes that it needs.
/// \pre every index is less than size().
using need_graph = std::vector<std::vector<std::size_t>>;

/// Cycles, each with its nodes in the order "needs": a needs b needs c needs a is {a, b, c}. At
/// most `most`, no two with a node in common, and not necessarily all; empty only if there is none.
std::vector<std::vector<std::size_t>> find_cycles(const need_graph& graph, std::size_t most);

/// All nodes, each after everything it needs, otherwise in ascending order: what a node needs is
/// moved to just before it.
/// \pre no cycle.
std::vector<std::size_t> needs_first(const need_graph& graph);

/// The time from a node's start to the end of the longest chain of jobs that need it, including its
/// own duration: the ready job with the largest value starts first.
/// \pre no cycle; one duration per node.
std::vector<duration> remaining_paths(const need_graph& graph, std::span<const duration> durations);

}  // namespace weir
