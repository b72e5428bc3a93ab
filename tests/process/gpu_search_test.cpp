#include "process/gpu_search.hpp"

#include <map>
#include <string>

#include "support/catch.hpp"

#include "fake_root.hpp"

using namespace weir;
using test::fake_root;

namespace {

visible_gpus gpus(const std::map<std::string, std::string>& environment,
                  const std::string& devices = "/nonexistent") {
  return find_gpus(
      [&](const char* name) {
        const auto at = environment.find(name);
        return at == environment.end() ? nullptr : at->second.c_str();
      },
      devices);
}

}  // namespace

TEST_CASE("the GPUs that the environment names are those that there are") {
  CHECK(gpus({{"CUDA_VISIBLE_DEVICES", "2,5"}}) == visible_gpus{{"2", "5"}, true});
  CHECK(gpus({{"CUDA_VISIBLE_DEVICES", " 1, GPU-ab ,1"}}) == visible_gpus{{"1", "GPU-ab"}, true});
  CHECK(gpus({{"HIP_VISIBLE_DEVICES", "3"}, {"ROCR_VISIBLE_DEVICES", "6,7,8,9"}}) ==
        visible_gpus{{"3"}, true});
  CHECK(gpus({{"ROCR_VISIBLE_DEVICES", "6,7"}}) == visible_gpus{{"0", "1"}, true});
  CHECK(gpus({{"SLURM_GPUS_ON_NODE", "2"}, {"CUDA_VISIBLE_DEVICES", "2,3"}}) ==
        visible_gpus{{"2", "3"}, true});
  CHECK(gpus({{"SLURM_GPUS_ON_NODE", "2"}}) == visible_gpus{{"0", "1"}, true});
  for (const char* none : {"", "-1", "NoDevFiles", "-1,2"})
    CHECK(gpus({{"CUDA_VISIBLE_DEVICES", none}}) == visible_gpus{{}, true});
  CHECK(gpus({{"CUDA_VISIBLE_DEVICES", "0,-1,2"}}) == visible_gpus{{"0"}, true});
}

TEST_CASE("without a word from the environment, devices of NVIDIA's driver are counted") {
  const fake_root root;
  for (const char* name : {"nvidia0", "nvidia3", "nvidiactl", "nvidia-uvm", "nvidia"})
    root.file(std::string("dev/") + name, "");
  CHECK(gpus({}, root.path() + "/dev") == visible_gpus{{"0", "1"}, false});
  CHECK(gpus({}) == visible_gpus{{}, false});
}
