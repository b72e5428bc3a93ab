#include "input/manifest/linker.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "input/escape.hpp"
#include "input/manifest/did_you_mean.hpp"
#include "input/manifest/need_graph.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t most_edges = 10'000'000;  // two matrices of 100 000 would have 10^10

class linking {
 public:
  linking(std::vector<open_job>& jobs, field_checker& check) : jobs_(jobs), check_(check) {}

  std::vector<manifest_job> run() {
    const std::size_t before = check_.fault_count();
    index_names();
    connect();
    if (check_.fault_count() == before) find_circles();
    if (check_.fault_count() != before) return {};
    return in_order();
  }

 private:
  struct edge {
    std::size_t to;
    need_on on;
    bool operator==(const edge&) const = default;
  };

  void index_names() {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const manifest_job& job = jobs_[i].job;
      if (job.spec.name.empty()) continue;
      const auto [first, is_new] = names_.emplace(job.spec.name, i);
      if (!is_new) tell_duplicate(i, first->second);
      if (job.group != job.spec.name) groups_[job.group].push_back(i);
    }
  }

  void tell_duplicate(std::size_t job, std::size_t first) {
    const bool same_table = jobs_[job].at == jobs_[first].at;
    check_.fault(
        jobs_[job].at,
        fmt::format("name: \"{}\" {}", escape(jobs_[job].job.spec.name),
                    same_table ? "is that of two combinations of the matrix, expected every "
                                 "{key} in it or none"
                               : fmt::format("is already that of the job at line {}",
                                             jobs_[first].at.line)));
  }

  void connect() {
    edges_.resize(jobs_.size());
    for (std::size_t i = 0; i < jobs_.size() && !check_.full(); ++i)
      for (const need_draft& need : jobs_[i].needs)
        if (!connect(i, need)) return;
  }

  bool connect(std::size_t from, const need_draft& need) {
    if (const auto one = names_.find(need.job.text); one != names_.end())
      return add_edge(from, one->second, need);
    if (const auto group = groups_.find(need.job.text); group != groups_.end()) {
      for (const std::size_t to : group->second)
        if (!add_edge(from, to, need)) return false;
      return true;
    }
    tell_unknown(need);
    return !check_.full();
  }

  bool add_edge(std::size_t from, std::size_t to, const need_draft& need) {
    const edge e{to, need.on};
    if (from == to) {
      check_.fault(need.job.at, fmt::format("needs: the job \"{}\" needs itself",
                                            escape(jobs_[from].job.spec.name)));
      return !check_.full();
    }
    edges_[from].push_back(e);
    if (++edge_count_ <= most_edges) return true;
    check_.fault(need.job.at, fmt::format("needs: more than {} between all jobs", most_edges));
    return false;
  }

  void tell_unknown(const need_draft& need) {
    // Near names are sought among few; a manifest of a million jobs was written by a program.
    std::vector<std::string_view> known;
    for (const auto& entry : names_)
      if (known.size() < 10'000) known.push_back(entry.first);
    for (const auto& entry : groups_) known.push_back(entry.first);
    std::ranges::sort(known);
    check_.fault(need.job.at, fmt::format("needs: there is no job \"{}\"{}", escape(need.job.text),
                                          did_you_mean(need.job.text, known)));
  }

  void find_circles() {
    std::vector<const open_job*> jobs;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      std::vector<std::size_t>& needs = graph_.emplace_back();
      for (const edge& e : edges_[i]) needs.push_back(e.to);
      jobs.push_back(&jobs_[i]);
    }
    tell_cycles(graph_, jobs, check_);
  }

  std::vector<manifest_job> in_order() {
    const std::vector<std::size_t> order = needs_first(graph_);
    std::vector<std::uint64_t> seq(jobs_.size());
    for (std::size_t i = 0; i < order.size(); ++i) seq[order[i]] = i + 1;
    std::vector<manifest_job> linked;
    linked.reserve(jobs_.size());
    for (const std::size_t i : order) {
      for (const edge& e : edges_[i]) add_need(jobs_[i].job, {seq[e.to], e.on});
      jobs_[i].job.spec.seq = seq[i];
      linked.push_back(std::move(jobs_[i].job));
    }
    return linked;
  }

  static void add_need(manifest_job& job, need n) { job.spec.needs.push_back(n); }

  std::vector<open_job>& jobs_;
  field_checker& check_;
  std::unordered_map<std::string_view, std::size_t> names_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> groups_;
  std::vector<std::vector<edge>> edges_;
  std::size_t edge_count_ = 0;
  need_graph graph_;
};

}  // namespace

std::vector<manifest_job> link(std::vector<open_job> jobs, field_checker& check) {
  return linking(jobs, check).run();
}

void tell_cycles(const std::vector<std::vector<std::size_t>>& graph,
                 const std::vector<const open_job*>& jobs, field_checker& check) {
  for (const auto& cycle : find_cycles(graph, fault_list::most)) {
    std::string path;
    for (const std::size_t i : cycle) path += escape(jobs[i]->job.spec.name) + " -> ";
    path += escape(jobs[cycle.front()]->job.spec.name);
    check.fault(jobs[cycle.front()]->at, fmt::format("needs: a cycle: {}", path));
  }
}

}  // namespace weir::doc
