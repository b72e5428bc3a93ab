#include "dialects/parallel_packing.hpp"

#include "dialects/parallel_number.hpp"

namespace weir {

bool take_packing_option(parallel_packing& packing, const given_foreign_option& o) {
  const std::string_view option = o.option->first_name();
  if (option == "-m" || option == "-X" || option == "--xargs")
    packing.how = option;
  else if (option == "-s")
    packing.chars = in_digits(*o.value);
  else if (option == "--shuf")
    packing.shuffles = true;
  else if (option == "--shuf-seed")
    packing.seed = *o.value;
  else
    return false;
  return true;
}

std::vector<std::string> words_for(const parallel_packing& packing) {
  std::vector<std::string> words;
  if (!packing.how.empty()) words.push_back(packing.how);
  const std::string& most =
      packing.how.empty() || !packing.chars.empty() ? packing.chars : std::string(packed_line);
  if (!most.empty()) words.insert(words.end(), {"-s", most});
  if (packing.shuffles) words.emplace_back("--shuf");
  if (!packing.seed.empty()) words.insert(words.end(), {"--shuf-seed", packing.seed});
  return words;
}

}  // namespace weir
