#include "gpus.hpp"

#include <algorithm>

#include <weir/error.hpp>

#include "process/gpu_search.hpp"

namespace weir::cli {

gpu_names gpus_here(const options& o) {
  return chosen_gpus(find_gpus(), o.gates.gpus);
}

std::optional<unsigned> most_gpus_of_job(const options& o, const std::vector<std::string>& on) {
  const auto is_here = [](const place& each) { return each.how == place::kind::local; };
  for (const std::string& word : on)
    if (!std::ranges::all_of(parse_places("--on", word), is_here)) return o.gates.gpus;
  return static_cast<unsigned>(gpus_here(o).size());
}

void check_gpus(const options& o) {
  const unsigned wanted = o.job.claims.gpus;
  if (wanted == 0) return;
  const auto most = most_gpus_of_job(o, o.cluster.on);
  if (!most || wanted <= *most) return;
  throw usage_error("--job-gpus " + std::to_string(wanted) + ": there " +
                    (*most == 1 ? "is 1 GPU" : "are " + std::to_string(*most) + " GPUs") +
                    (o.gates.gpus ? "" : ", unless --gpus N says otherwise"));
}

unsigned gpus_to_ask_for(const options& o, const place& where) {
  if (o.gates.gpus) return *o.gates.gpus;
  const unsigned for_slots = o.job.claims.gpus * where.slots.value_or(1);
  return std::max(for_slots, where.gpus);
}

}  // namespace weir::cli
