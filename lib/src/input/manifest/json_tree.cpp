#include "input/manifest/json_tree.hpp"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>

#include "input/escape.hpp"
#include "input/manifest/utf8.hpp"

namespace weir::doc {

namespace {

namespace json = boost::json;

// Finds where each token starts. Boost.JSON tells no places, but it reports tokens in the order of
// the text and only after it has accepted them: so looking for the next one is all there is to do.
class token_walk {
 public:
  token_walk(std::string_view line, std::uint32_t number) : line_(line), number_(number) {}

  /// The place of the next token: an opening bracket, a string, a number or a literal.
  position next() {
    at_ = std::min(line_.find_first_not_of(" \t\r\n,:]}", at_), line_.size());
    column_ += utf8_length(line_.substr(counted_, at_ - counted_));
    counted_ = at_;
    const position found{number_, static_cast<std::uint32_t>(column_)};
    skip();
    return found;
  }

 private:
  void skip() {
    if (at_ == line_.size()) return;
    const char first = line_[at_++];
    if (first == '"')
      skip_string();
    else if (first != '{' && first != '[')
      at_ = std::min(line_.find_first_of(" \t\r\n,:]}", at_), line_.size());
  }
  void skip_string() {
    while (at_ < line_.size() && line_[at_] != '"') at_ += line_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, line_.size());
  }

  std::string_view line_;
  std::uint32_t number_;
  std::size_t at_ = 0;       // byte after the last token
  std::size_t counted_ = 0;  // byte up to which column_ counts
  std::size_t column_ = 1;
};

// Receives Boost.JSON's events and builds the tree. `open_` holds the arrays and tables not yet
// closed.
class tree_builder {
 public:
  static constexpr std::size_t max_array_size = -1;
  static constexpr std::size_t max_object_size = -1;
  static constexpr std::size_t max_string_size = -1;
  static constexpr std::size_t max_key_size = -1;
  using error_code = json::error_code;
  using string_view = json::string_view;

  tree_builder(std::string_view line, std::uint32_t number) : walk_(line, number) {}

  node take() { return std::move(root_); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return open(node::array{}); }
  bool on_object_begin(error_code&) { return open(node::table{}); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_string_part(string_view s, std::size_t, error_code&) { return more(s); }
  bool on_string(string_view s, std::size_t, error_code&) {
    more(s);
    return put(std::exchange(text_, {}));
  }
  bool on_key_part(string_view s, std::size_t, error_code&) { return more(s); }
  bool on_key(string_view s, std::size_t, error_code&) {
    more(s);
    keys_.push_back({std::exchange(text_, {}), walk_.next(), {}});
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t i, string_view, error_code&) { return put(i); }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return put(huge{}); }
  bool on_double(double d, string_view, error_code&) { return put(d); }
  bool on_bool(bool b, error_code&) { return put(b); }
  bool on_null(error_code&) { return put(null{}); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool more(string_view s) {
    text_.append(s.data(), s.size());
    return true;
  }
  template <class T>
  bool put(T value) {
    attach({std::move(value), walk_.next()});
    return true;
  }
  template <class T>
  bool open(T empty) {
    open_.push_back({std::move(empty), walk_.next()});
    return true;
  }
  bool close() {
    node done = std::move(open_.back());
    open_.pop_back();
    attach(std::move(done));
    return true;
  }
  void attach(node value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* array = std::get_if<node::array>(&open_.back().value)) {
      array->push_back(std::move(value));
    } else {
      keys_.back().value = std::move(value);
      std::get<node::table>(open_.back().value).push_back(std::move(keys_.back()));
      keys_.pop_back();
    }
  }

  token_walk walk_;
  std::string text_;
  std::vector<node> open_;
  std::vector<member> keys_;  // whose values are still being read
  node root_;
};

std::string reason(const json::error_code& error, std::string_view line, std::size_t consumed) {
  if (error == json::error::too_deep) return fmt::format("nested deeper than {} levels", deepest);
  if (error == json::error::extra_data)
    return "more text after the JSON value, expected one value on a line";
  if (error == json::error::incomplete) return "the line ends inside a JSON value";
  const std::string_view rest = line.substr(consumed);
  if (rest.empty()) return fmt::format("not JSON: {} at the end of the line", error.message());
  const std::string_view found = rest.substr(0, utf8_offset(rest, 1));
  return fmt::format("not JSON: {}, found \"{}\"", error.message(), escape(found));
}

}  // namespace

std::optional<node> parse_json(std::string_view line, std::uint32_t number, fault_list& faults) {
  json::parse_options options;
  options.max_depth = deepest;
  json::basic_parser<tree_builder> parser(options, line, number);
  json::error_code error;
  const std::size_t consumed = parser.write_some(false, line.data(), line.size(), error);
  if (!error && consumed < line.size()) error = json::error::extra_data;
  if (!error) return parser.handler().take();
  const std::size_t column = utf8_length(line.substr(0, consumed)) + 1;
  faults.add({number, static_cast<std::uint32_t>(column)}, reason(error, line, consumed));
  return std::nullopt;
}

}  // namespace weir::doc
