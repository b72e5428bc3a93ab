/// What a machine has, and what jobs that run there have claimed of it.
///
/// It decides nothing: whether a job that claims more than there is may run all the same is up to
/// its callers.
#pragma once

#include <weir/job_spec.hpp>

namespace weir {

class claims_account {
 public:
  /// \param capacity of memory or CPUs, 0: not known, and anything fits.
  explicit claims_account(const resource_claims& capacity = {}) : capacity_(capacity) {}

  const resource_claims& capacity() const noexcept { return capacity_; }
  /// What is not claimed, if the capacity is known; never less than 0.
  resource_claims left() const;
  bool has_memory_for(const resource_claims& wanted) const;
  bool has_cpus_for(const resource_claims& wanted) const;
  /// How many GPUs there are is always known.
  bool has_gpus_for(const resource_claims& wanted) const { return wanted.gpus <= left().gpus; }
  bool fits(const resource_claims& wanted) const {
    return has_memory_for(wanted) && has_cpus_for(wanted) && has_gpus_for(wanted);
  }
  /// Whether it is more than there is in total: it never fits.
  bool is_beyond(const resource_claims& wanted) const {
    return !claims_account(capacity_).fits(wanted);
  }

  /// Whether it is more GPUs than there are: unlike other claims, nobody may exceed that.
  bool lacks_gpus_for(const resource_claims& wanted) const { return wanted.gpus > capacity_.gpus; }

  void take(const resource_claims& wanted);
  void give_back(const resource_claims& wanted);

 private:
  resource_claims capacity_;
  resource_claims taken_;
};

}  // namespace weir
