#include "dialects/parallel_blocks.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "dialects/parallel_number.hpp"

namespace weir {

bool take_block_option(parallel_blocks& blocks, const given_foreign_option& o) {
  constexpr std::array<std::string_view, 11> alike{
      "--recend", "--recstart", "--regexp", "--rrs", "--round-robin", "--shard",
      "--bin",    "--group-by", "--tee",    "--cat", "--fifo"};
  const std::string_view option = o.option->first_name();
  if (option == "--pipe") {
    blocks.of_stream = true;
  } else if (option == "--pipe-part") {
    blocks.of_file = true;
  } else if (option == "--block") {
    blocks.words.insert(blocks.words.end(), {"--block", in_digits(*o.value)});
  } else if (std::ranges::count(alike, option) > 0) {
    blocks.words.emplace_back(option);
    if (o.value) blocks.words.push_back(*o.value);
    if (option == "--round-robin") blocks.of_stream = true;
    if (o.value && !option.starts_with("--rec")) blocks.have_columns = true;
    if (option == "--tee") blocks.all_to_all = true;
    if (option == "--cat" || option == "--fifo") blocks.named = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace weir
