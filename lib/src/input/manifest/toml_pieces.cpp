#include "input/manifest/toml_pieces.hpp"

namespace weir::doc {

namespace {

constexpr std::string_view job_header = "[[job]]";

// Where the piece ends that contains everything before `from`.
std::size_t end_of_piece(std::string_view text, std::size_t from) {
  const std::size_t line_end = text.find("\n[[job]]", from);
  return line_end == std::string_view::npos ? text.size() : line_end + 1;
}

}  // namespace

std::vector<std::string_view> toml_pieces(std::string_view text, std::size_t least) {
  if (text.size() <= least) return {text};
  std::size_t begin = text.starts_with(job_header) ? 0 : end_of_piece(text, 0);
  std::vector<std::string_view> pieces{text.substr(0, begin)};
  while (begin < text.size()) {
    const std::size_t end = end_of_piece(text, begin + least);
    pieces.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return pieces;
}

}  // namespace weir::doc
