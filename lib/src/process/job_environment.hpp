/// What a job is executed with: the pointers that execve(2) wants, built in memory that is reused.
///
/// One block serves one running job; a run of a million jobs with sixteen slots builds sixteen, and
/// copies the pointers of weir's own environment into each of them once. A block owns everything it
/// points to except the words of argv, which are the job's: a job outlives its attempts.
/// Values of the environment are never shown anywhere (reliability: secrets).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <weir/job_spec.hpp>
#include <weir/process_settings.hpp>

#include "process/program_lookup.hpp"

namespace weir {

/// The environment that weir itself was started with, without what weir sets for each job.
class base_environment {
 public:
  /// \param inherited as ::environ; the strings must outlive this object.
  /// \param known_as the value of PARALLEL_PID in jobs.
  /// \param shield the name of a socket, which comes first in the jobs' WEIR_SHIELD, before those
  /// of the weirs around this one; empty: the variable is left unchanged.
  /// \param slot_variable one more variable with the slot, counted from 0 as in xargs; empty: none.
  base_environment(const char* const* inherited, pid_t known_as, std::string_view shield = {},
                   std::string slot_variable = {});

  base_environment(const base_environment&) = delete;
  base_environment& operator=(const base_environment&) = delete;

  const std::vector<const char*>& variables() const noexcept { return variables_; }

  /// The value of a variable; nullopt if it is not set.
  std::optional<std::string_view> value(std::string_view name) const;

  /// The value of PWD for the directory in which weir runs; "" if that cannot be known. Looked up
  /// once: weir does not change it.
  const std::string& directory() const;

  pid_t known_as() const noexcept { return known_as_; }
  const std::string& slot_variable() const noexcept { return slot_variable_; }

 private:
  std::vector<const char*> variables_;
  std::string shield_;  ///< the whole variable; variables_ points into it
  std::string around_;  ///< the same
  pid_t known_as_;
  std::string slot_variable_;
  mutable std::optional<std::string> directory_;
};

class execution_block {
 public:
  /// Fills the block for one attempt. The pointers are valid until the next fill.
  /// \param base is the same for all fills, and must outlive the block.
  /// \param job must outlive what is executed. \param gpus that it owns, as "0,2", if it claims
  /// any.
  void fill(const base_environment& base, const job_spec& job, unsigned attempt, unsigned slot,
            std::string_view gpus = {});

  /// Sets what is to be executed for program(); null: program() is a path itself.
  void use(program_path path);
  /// A shell opens `fifo` as the program's input, since weir itself would block until somebody
  /// writes.
  /// \pre use() was called.
  void read_from(const std::string& fifo);

  const char* path() const noexcept { return path_; }
  /// argv with its null, writable, and with one free element before argv[0]: a file without an
  /// interpreter line is given to /bin/sh, as execvp(3) does.
  const char** argv() noexcept { return (in_shell_.empty() ? arguments_ : in_shell_).data() + 1; }
  const char* const* environment() const noexcept { return environment_.data(); }
  /// The directory to enter first; null: stay.
  const char* directory() const noexcept {
    return settings_->dir.empty() ? nullptr : settings_->dir.c_str();
  }

  /// Other settings of the process; null: none.
  const process_settings* settings() const noexcept { return settings_->process.get(); }

  bool is_shielded() const noexcept { return settings_->shield; }

  /// What program_lookup has to find.
  program_lookup::query program() const noexcept { return {program_, own_path_, settings_->dir}; }

 private:
  void fill_environment(const base_environment& base, const job_spec& job, unsigned attempt,
                        unsigned slot);
  void apply_settings(const base_environment& base);
  void keep_passed();
  void write_own_values(const base_environment& base, const job_spec& job, unsigned attempt,
                        unsigned slot);

  std::shared_ptr<const job_settings> settings_;  ///< the job's; environment_ is built from them
  argument_list with_slot_;
  std::vector<const char*> arguments_;
  std::vector<const char*> in_shell_;  ///< used instead if a shell opens the input
  const char* program_ = nullptr;
  program_path found_;
  std::string fifo_;
  const char* path_ = nullptr;
  std::vector<const char*> environment_;
  bool is_filled_ = false;  ///< environment_ is what settings_ make of the base's, then weir's own
  std::vector<std::string> own_variables_;
  std::optional<std::string_view> own_path_;  ///< PATH, if settings_ change it
  std::string seq_, slot_, attempt_, job_, parallel_seq_, parallel_slot_, parallel_pid_,
      slot_from_0_;
  std::array<std::string, 3> gpus_;
};

}  // namespace weir
