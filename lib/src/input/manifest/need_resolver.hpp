/// Connects the needs of jobs that come one line at a time, in bounded memory.
///
/// A job is given at once if all its needs have come; one that names a job still to come is held
/// back until that one is given. So a given job never needs a later one, and a pending queue of any
/// size cannot block on it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "input/manifest/expander.hpp"
#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_stream.hpp"

namespace weir::doc {

class need_resolver {
 public:
  explicit need_resolver(const job_stream_options& bounds) : bounds_(bounds) {}

  /// Takes the jobs of one line, and appends to `ready` the jobs that can be given now.
  /// \param line is kept while one of them waits, for line_of(); empty if that will not be called.
  void add(std::vector<open_job> jobs, std::vector<manifest_job>& ready, field_checker& check,
           std::string_view line = {});

  /// Adds faults for jobs that still wait: unknown names and cycles.
  /// \param all_named false: an unknown name is not a fault, since some jobs could not be added.
  void finish(field_checker& check, bool all_named = true);

  /// A job that was given otherwise, by its names; it has the next seq.
  void note(const manifest_job& job);
  bool knows(const std::string& name) const { return names_.contains(name); }
  /// Faults for jobs that come while others run and that add() would not give at once.
  void check_added(const std::vector<open_job>& jobs, field_checker& check) const;

  /// The line with this number if a job in it still waits, otherwise empty.
  std::string_view line_of(std::uint32_t number) const;

 private:
  /// What a name, or a matrix's name as written, stands for.
  struct known_name {
    boost::container::small_vector<std::uint64_t, 1> seqs;  ///< given so far
    std::size_t held = 0;                                   ///< its jobs not given yet
    position at;
    bool may_fail = false;  ///< one of its jobs may
  };
  using names = std::unordered_map<std::string, known_name>;
  using entry = names::value_type;  ///< does not move while a job of it is held
  /// The names that refer to a job.
  struct job_names {
    entry* name = nullptr;
    std::vector<entry*> groups;  ///< of a matrix: its name as written, and as partly filled in
  };
  struct held_job {
    open_job open;
    job_names known_by;
    std::size_t missing = 0;  ///< names that it waits for
    std::shared_ptr<const std::string> line;
  };
  using held_id = std::uint64_t;

  job_names enter(open_job& open, field_checker& check);
  entry& enter_group(const open_job& open, const std::string& group);
  void check_contradiction(const open_job& open, field_checker& check) const;
  std::size_t connect(open_job& open, held_id id);
  void add_needs(manifest_job& job, const known_name& needed, need_on on, bool any);
  void give(manifest_job&& job, const job_names& known_by, std::vector<manifest_job>& ready);
  void note_given(entry& name, std::uint64_t seq);
  void release_waiting(std::vector<manifest_job>& ready, field_checker& check);
  void forget_oldest();
  void tell_unknown(field_checker& check);
  void tell_held(field_checker& check);

  job_stream_options bounds_;
  std::uint64_t next_seq_ = 1;
  held_id next_held_ = 0;
  names names_;
  std::deque<const std::string*> age_;  ///< keys of names_, the oldest first
  std::map<held_id, held_job> held_;
  /// A need of a held job. Those of one job for one name are adjacent.
  struct waiting_need {
    held_id job;
    need_on on;
    bool any;
  };
  std::unordered_map<std::string, std::vector<waiting_need>> waiting_;  ///< by the name needed
  std::vector<entry*> released_;                                        ///< names given just now
  std::vector<job_names> entered_;  ///< of the jobs of this line
  std::uint32_t any_count_ = 0;     ///< number of needs of any job of a matrix
  std::size_t edges_ = 0;           ///< of the jobs of this line
};

}  // namespace weir::doc
