/// The options for items and for what is made of them. Apart from options.cpp, only this sees
/// CLI11.
#pragma once

#include "typed_options.hpp"

namespace CLI {
class App;
}

namespace weir::cli {

void add_input_options(CLI::App& app, options& o, typed_options& typed);
void add_block_options(CLI::App& app, typed_options& typed);
void add_placeholder_options(CLI::App& app, options& o, typed_options& typed);

}  // namespace weir::cli
