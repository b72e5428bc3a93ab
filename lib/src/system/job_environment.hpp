/// What a job is executed with: the pointers that execve(2) wants, built in memory that is used
/// again.
///
/// One block serves one running job; a run of a million jobs with sixteen slots builds sixteen, and
/// copies the pointers of weir's own environment into each of them once.
/// Values of the environment are never shown by anybody (reliability: secrets).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <weir/job_spec.hpp>

namespace weir::system {

/// The environment that weir itself was started with, without what weir sets for each job.
class base_environment {
 public:
  /// \param environment as ::environ; the strings must outlive this object. \param known_as what
  /// jobs find in PARALLEL_PID. \param shield the name of a socket, which jobs find in WEIR_SHIELD
  /// before those of the weirs around this one; empty: nothing is changed there.
  base_environment(const char* const* environment, pid_t known_as, std::string_view shield = {});

  base_environment(const base_environment&) = delete;
  base_environment& operator=(const base_environment&) = delete;

  const std::vector<const char*>& variables() const noexcept { return variables_; }

  /// The value of a variable, or "" without it.
  std::string_view value(std::string_view name) const;

  pid_t known_as() const noexcept { return known_as_; }

 private:
  std::vector<const char*> variables_;
  std::string shield_;  ///< the whole variable; variables_ points into it
  pid_t known_as_;
};

class execution_block {
 public:
  /// Fills the block for one attempt. The pointers are valid until the next fill. \param base is
  /// the same for all fills, and outlives the block.
  void fill(const base_environment& base, const job_spec& job, unsigned attempt, unsigned slot);

  /// argv with its null; one element before it is free (launch_request::argv).
  const char** argv() noexcept { return arguments_.data() + 1; }
  const char* const* environment() const noexcept { return environment_.data(); }
  std::string_view program() const noexcept { return arguments_[1]; }

  /// The value of PATH when the job's own settings change it, else nothing.
  const std::string* own_path() const noexcept { return own_path_.empty() ? nullptr : &own_path_; }

 private:
  void fill_environment(const base_environment& base, const job_spec& job, unsigned attempt,
                        unsigned slot);
  void apply_settings(const job_settings& settings);
  void write_own_values(const base_environment& base, const job_spec& job, unsigned attempt,
                        unsigned slot);

  argument_list with_slot_;
  std::vector<const char*> arguments_;
  std::vector<const char*> environment_;
  bool as_base_ = false;  ///< environment_ is the base's variables, then weir's own
  std::vector<std::string> own_variables_;
  std::string own_path_;
  std::string seq_, slot_, attempt_, job_, parallel_seq_, parallel_slot_, parallel_pid_;
};

}  // namespace weir::system
