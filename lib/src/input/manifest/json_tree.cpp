#include "input/manifest/json_tree.hpp"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>

#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace weir::doc {

namespace {

namespace json = boost::json;

// Finds where each token starts. Boost.JSON reports no positions, but it reports tokens in the
// order of the text, and only after accepting them: so it is enough to look for the next one.
class token_walk {
 public:
  token_walk(std::string_view line, std::uint32_t number)
      : line_(line), number_(number), one_byte_each_(count_code_points(line) == line.size()) {}

  /// The place of the next token: an opening bracket, a string, a number or a literal.
  position next() {
    at_ = end_of(at_, is_between_tokens);
    const position found{number_, static_cast<std::uint32_t>(column())};
    skip();
    return found;
  }

 private:
  static bool is_between_tokens(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ':' || c == ']' ||
           c == '}';
  }

  template <class Kind>
  std::size_t end_of(std::size_t at, Kind is_kind) const {
    while (at < line_.size() && is_kind(line_[at])) ++at;
    return at;
  }
  std::size_t column() {
    if (one_byte_each_) return at_ + 1;
    column_ += count_code_points(line_.substr(counted_, at_ - counted_));
    counted_ = at_;
    return column_;
  }
  void skip() {
    if (at_ == line_.size()) return;
    const char first = line_[at_++];
    if (first == '"')
      skip_string();
    else if (first != '{' && first != '[')
      at_ = end_of(at_, [](char c) { return !is_between_tokens(c); });
  }
  void skip_string() {
    std::size_t at = at_;
    while (at < line_.size() && line_[at] != '"') at += line_[at] == '\\' ? 2 : 1;
    at_ = std::min(at + 1, line_.size());
  }

  std::string_view line_;
  std::uint32_t number_;
  bool one_byte_each_;       // so a byte is a column
  std::size_t at_ = 0;       // byte after the last token
  std::size_t counted_ = 0;  // byte up to which column_ counts
  std::size_t column_ = 1;
};

// Receives Boost.JSON's events and fills the tree in place. A node does not move while it is open:
// its array or table gets no further one until then.
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
  bool on_array_begin(error_code&) { return open<node::array>(); }
  bool on_object_begin(error_code&) { return open<node::table>(); }
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
    member& key = std::get<node::table>(open_.back()->value).emplace_back();
    key.key = std::exchange(text_, {});
    key.at = walk_.next();
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
    add(std::move(value));
    return true;
  }
  template <class T>
  bool open() {
    node& added = add(T{});
    // More elements are rare, and moving them to a larger allocation is slow.
    std::get<T>(added.value).reserve(4);
    open_.push_back(&added);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  template <class T>
  node& add(T value) {
    node& added = next_place();
    added.value.emplace<T>(std::move(value));
    added.at = walk_.next();
    return added;
  }
  // The place of the next value: the root, a new array element, or the value of the latest key.
  node& next_place() {
    if (open_.empty()) return root_;
    if (auto* array = std::get_if<node::array>(&open_.back()->value)) return array->emplace_back();
    return std::get<node::table>(open_.back()->value).back().value;
  }

  token_walk walk_;
  std::string text_;
  std::vector<node*> open_;  // arrays and tables not closed yet, the innermost last
  node root_;
};

/// Where in JSON the text leaves off.
class json_place {
 public:
  explicit json_place(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (in_string_ && text[i] == '\\')
        ++i;
      else if (in_string_ ? text[i] == '"' : !is_space(text[i]))
        take(text[i]);
    }
  }

  /// What may come next.
  std::string_view expected() const {
    if (in_string_)
      return "text up to a \" (in it, \\n for a newline, \\t for a tab, \\\" and \\\\)";
    if (last_ == 0) return R"(an object, such as {"argv": ["true"]})";
    const bool in_object = !open_.empty() && open_.back() == '{';
    if (last_ == '{') return R"(a key in double quotes, or "}")";
    if (last_ == '[') return R"(a value, or "]")";
    if (last_ == ',' && in_object) return "a key in double quotes";
    if (last_ == ',' || last_ == ':' || in_word_)
      return "a value: text in double quotes, a number, true, false, an array or an object";
    if (is_key_) return R"(":")";
    return in_object ? R"("," or "}")" : R"("," or "]")";
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  void take(char c) {
    if (c == '"') {
      in_string_ = !in_string_;
      is_key_ = !open_.empty() && open_.back() == '{' && (in_string_ ? last_ != ':' : is_key_);
    } else if (c == '{' || c == '[') {
      open_ += c;
    } else if ((c == '}' || c == ']') && !open_.empty()) {
      open_.pop_back();
    }
    if (c == '}' || c == ']' || c == ',') is_key_ = false;
    in_word_ = c >= 'a' && c <= 'z';
    last_ = c;
  }

  std::string open_;  ///< brackets, the innermost last
  char last_ = 0;     ///< character that is not space, or the quote around a string
  bool in_string_ = false;
  bool is_key_ = false;   ///< the last string
  bool in_word_ = false;  ///< as in `tru`
};

std::string reason(const json::error_code& error, std::string_view line, std::size_t consumed) {
  if (error == json::error::too_deep) return fmt::format("nested deeper than {} levels", deepest);
  if (error == json::error::extra_data)
    return "more text after the JSON value, expected one value on a line";
  const std::string_view expected = json_place(line.substr(0, consumed)).expected();
  if (error == json::error::incomplete)
    return fmt::format("the line ends inside a JSON value, expected {}", expected);
  const std::string_view rest = line.substr(consumed);
  if (rest.empty())
    return fmt::format("not JSON: {} at the end of the line, expected {}", error.message(),
                       expected);
  const std::string_view found = rest.substr(0, offset_after(rest, 1));
  return fmt::format("not JSON: {}, found \"{}\", expected {}", error.message(), escape(found),
                     expected);
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
  const std::size_t column = count_code_points(line.substr(0, consumed)) + 1;
  faults.add({number, static_cast<std::uint32_t>(column)}, reason(error, line, consumed));
  return std::nullopt;
}

}  // namespace weir::doc
