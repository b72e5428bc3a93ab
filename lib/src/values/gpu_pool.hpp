/// The GPUs of a machine, by name, and which of them jobs own at present.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// As CUDA_VISIBLE_DEVICES has them: an index, or "GPU-" and a UUID.
using gpu_names = std::vector<std::string>;

/// What a machine says it has.
struct visible_gpus {
  gpu_names names;
  bool are_given = false;  ///< the environment names them: there are no others for us
  bool operator==(const visible_gpus&) const = default;
};

/// \param wanted as many of them, or, if none are named, indices up to that; nullopt: all.
gpu_names chosen_gpus(const visible_gpus& there, std::optional<unsigned> wanted);

/// Whether it can be a name: it ends up in a list that commas separate.
bool is_gpu_name(std::string_view text);

/// The most GPUs that a machine can have here, and that a job can claim.
inline constexpr unsigned most_gpus = 1024;

class gpu_pool {
 public:
  explicit gpu_pool(gpu_names all = {}) : all_(std::move(all)), taken_(all_.size()) {}

  unsigned size() const noexcept { return static_cast<unsigned>(all_.size()); }
  /// The first that are free, separated by commas; empty if there are not that many.
  std::string take(unsigned count);
  /// \param names what take() returned.
  void give_back(std::string_view names);

 private:
  gpu_names all_;
  std::vector<bool> taken_;
};

}  // namespace weir
