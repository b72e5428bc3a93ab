/// What a job is executed with: the pointers that execve(2) wants, built in memory that is used
/// again.
///
/// One block serves one running job; a run of a million jobs with sixteen slots builds sixteen, and
/// copies the pointers of weir's own environment into each of them once. A block owns all that it
/// points to but for the words of argv, which are the job's: a job outlives its attempts.
/// Values of the environment are never shown by anybody (reliability: secrets).
#pragma once

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
  /// \param known_as what jobs find in PARALLEL_PID.
  /// \param shield the name of a socket, which jobs find in WEIR_SHIELD before those of the weirs
  /// around this one; empty: nothing is changed there.
  /// \param slot_variable one more that has the slot, counted from 0 as by xargs; empty: none.
  base_environment(const char* const* inherited, pid_t known_as, std::string_view shield = {},
                   std::string slot_variable = {});

  base_environment(const base_environment&) = delete;
  base_environment& operator=(const base_environment&) = delete;

  const std::vector<const char*>& variables() const noexcept { return variables_; }

  /// The value of a variable; nothing without it.
  std::optional<std::string_view> value(std::string_view name) const;

  /// What PWD is to say of the directory that weir runs in; "" where that cannot be known. Asked
  /// for once: weir does not change it.
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
  /// \param base is the same for all fills, and outlives the block.
  /// \param job outlives what is executed.
  void fill(const base_environment& base, const job_spec& job, unsigned attempt, unsigned slot);

  /// What is to be executed for program(); null: that is a path itself.
  void use(program_path path);
  /// A shell opens `fifo` as the program's input, in its place: weir would wait for who writes.
  /// \pre use() was called.
  void read_from(const std::string& fifo);

  const char* path() const noexcept { return path_; }
  /// argv with its null, writable, and one element free before argv[0]: a file without an
  /// interpreter line is given to /bin/sh, as execvp(3) does.
  const char** argv() noexcept { return (in_shell_.empty() ? arguments_ : in_shell_).data() + 1; }
  const char* const* environment() const noexcept { return environment_.data(); }
  /// Where to go before; null: stay.
  const char* directory() const noexcept {
    return settings_->dir.empty() ? nullptr : settings_->dir.c_str();
  }

  /// What else the process is to have; null: nothing.
  const process_settings* settings() const noexcept { return settings_->process.get(); }

  bool is_shielded() const noexcept { return settings_->shield; }

  /// What program_lookup is to find.
  program_lookup::query program() const noexcept { return {program_, own_path_, settings_->dir}; }

 private:
  void fill_environment(const base_environment& base, const job_spec& job, unsigned attempt,
                        unsigned slot);
  void apply_settings(const base_environment& base);
  void keep_passed();
  void write_own_values(const base_environment& base, const job_spec& job, unsigned attempt,
                        unsigned slot);

  std::shared_ptr<const job_settings> settings_;  ///< of the job, and of environment_
  argument_list with_slot_;
  std::vector<const char*> arguments_;
  std::vector<const char*> in_shell_;  ///< in their place, where a shell opens the input
  const char* program_ = nullptr;
  program_path found_;
  std::string fifo_;
  const char* path_ = nullptr;
  std::vector<const char*> environment_;
  bool is_filled_ = false;  ///< environment_ is what settings_ make of the base's, then weir's own
  std::vector<std::string> own_variables_;
  std::optional<std::string_view> own_path_;  ///< PATH when settings_ change it
  std::string seq_, slot_, attempt_, job_, parallel_seq_, parallel_slot_, parallel_pid_,
      slot_from_0_;
};

}  // namespace weir
