/// Which GPUs this process may use.
///
/// What the environment says comes first: it is what an allocation grants, and what programs look
/// at. Nothing is executed for this.
#pragma once

#include <functional>
#include <string>

#include "values/gpu_pool.hpp"

namespace weir {

/// The first of these that there is: the list in CUDA_VISIBLE_DEVICES or HIP_VISIBLE_DEVICES; as
/// many as ROCR_VISIBLE_DEVICES lists, since what runs below it counts from 0 again; as many as
/// SLURM_GPUS_ON_NODE says; the devices of NVIDIA's driver.
/// \param variable as getenv(3). \param devices the directory of devices.
visible_gpus find_gpus(const std::function<const char*(const char*)>& variable,
                       const std::string& devices = "/dev");

/// Those of this process.
visible_gpus find_gpus();

}  // namespace weir
