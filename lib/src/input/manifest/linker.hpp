/// Connects the needs of a whole manifest: names become jobs, and jobs get their order and seq.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "input/manifest/expander.hpp"
#include "input/manifest/field_checker.hpp"
#include "input/manifest/manifest.hpp"
#include "input/manifest/need_graph.hpp"

namespace weir::doc {

class linker {
 public:
  /// Reserves room for this many jobs: otherwise each doubling moves them all, into memory never
  /// used before.
  void expect(std::size_t jobs);

  /// Takes over a job, in the order of the file.
  void add(open_job&& open);

  /// All jobs, in the order of manifest::jobs. Empty, with faults, for duplicate or unknown names,
  /// jobs that need themselves, and cycles.
  /// \param all_named false: an unknown name is not a fault, since some jobs could not be added.
  std::vector<manifest_job> link(field_checker& check, bool all_named = true);

 private:
  /// What an open_job has besides its job, in a separate vector: so jobs need not move again.
  struct open_end {
    std::vector<need_draft> needs;
    std::vector<std::string> partial_names;
    position at;
  };

  void index_names(field_checker& check);
  void connect(field_checker& check);
  bool connect(std::size_t from, const need_draft& need, field_checker& check);
  bool add_need(std::size_t from, std::size_t to, const need_draft& need, std::uint32_t any_of,
                field_checker& check);
  void check_contradiction(std::size_t from, field_checker& check) const;
  std::vector<std::uint64_t> jobs_named(std::string_view name) const;
  bool may_fail(std::string_view name) const;
  std::vector<std::string_view> some_names() const;
  position place_of_need(std::size_t from, std::size_t to) const;
  void put_needs_first(field_checker& check);
  need_graph graph() const;

  std::vector<manifest_job> jobs_;  ///< once connected, the seq of a need is the index of its job
  std::vector<open_end> ends_;      ///< of jobs_, by index
  boost::unordered_flat_map<std::string_view, std::size_t> names_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> groups_;
  std::size_t need_count_ = 0;
  std::uint32_t any_count_ = 0;  ///< number of needs of any job of a matrix
  bool all_named_ = true;
  bool needs_come_first_ = true;  ///< true if the file has this order already, as most do
};

}  // namespace weir::doc
