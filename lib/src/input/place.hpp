/// Where jobs run if not here: what --on takes, and `on` in [run] of a manifest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct place {
  enum class kind {
    local,  ///< workers on this machine
    exec,   ///< a command that executes its arguments elsewhere
    ssh,
    slurm,  ///< the nodes of the current allocation, or jobs of their own
  };
  kind how = kind::local;
  std::string target;               ///< HOST, or the command; empty for local
  std::optional<unsigned> slots;    ///< nullopt: as many as it has processors
  std::vector<std::string> labels;  ///< of those, jobs can ask for one: job_settings::on
  std::string title;                ///< for messages
  unsigned gpus = 0;                ///< the most that a job known to run there claims
};

/// Parses one word, which may name several hosts and thus several places.
/// \param option for messages.
/// \throws usage_error
std::vector<place> parse_places(std::string_view option, const std::string& word);

/// "gpu:--gres=gpu:1" for the places with the label gpu, "-t60" for all: whether it is for this
/// one. \param argument the label is taken off.
bool is_for_place(const place& where, std::string_view& argument);

/// The label that it is for; empty: for all.
std::string_view label_of_argument(std::string_view argument);

/// Whether the text can be a label: a letter, then letters, digits, and "_-.".
bool is_label(std::string_view text);

}  // namespace weir
