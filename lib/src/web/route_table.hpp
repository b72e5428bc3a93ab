/// Which route a path leads to. Pure: it knows methods and segments, and only a number for each
/// route; web/app.cpp knows what the numbers mean.
///
/// A tree of segments. A literal takes precedence over "{name}", and that over "{name...}", which
/// matches the whole rest; a search that reaches a dead end backtracks.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/verb.hpp>

namespace weir::web::detail {

using boost::beast::http::verb;

/// What "{name}" stood for.
struct captured {
  std::string name, value;
};

class route_table {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// \param pattern "/users/{id}", "/files/{path...}".
  /// \throws std::invalid_argument for an invalid pattern, or a route that exists already; the text
  /// names the pattern.
  void add(verb method, std::string_view pattern, std::size_t route);
  /// Everything below the prefix belongs to `mounted`, and nothing else.
  /// \throws std::invalid_argument like add(), and if this route exists already.
  void mount(std::string_view prefix, std::size_t mounted);

  /// Where a request goes.
  struct found {
    std::size_t route = none;    ///< for the requested method
    std::size_t mounted = none;  ///< it takes the rest of the path, from `depth` on
    std::size_t depth = 0;
    bool known = false;  ///< the path exists, perhaps for another method
  };
  /// A HEAD request uses GET's route if it has none. Adds captured segments to `captures`.
  found find(verb method, const std::vector<std::string>& segments, std::size_t from,
             std::vector<captured>& captures) const;
  /// The methods of this path, "GET, HEAD, POST", for Allow.
  std::string allowed(const std::vector<std::string>& segments, std::size_t from) const;

 private:
  struct node;
  struct way;
  node& node_for(std::string_view pattern, bool may_be_rest);
  static node& step(node& at, std::string_view part, std::string_view pattern, bool may_be_rest);
  static const node* walk(const node& at, way& along, std::size_t i);
  static const node* walk_captured(const node& at, way& along, std::size_t i);
  const node* node_of(const std::vector<std::string>& segments, std::size_t from,
                      std::size_t& depth, std::vector<captured>& captures) const;

  struct free_node {
    void operator()(node* dropped) const;
  };
  std::unique_ptr<node, free_node> root_;

 public:
  route_table();
};

}  // namespace weir::web::detail
