// The tree of routes.
#include "web/route_table.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace weir::web::detail {

struct route_table::node {
  std::map<std::string, node, std::less<>> literal;
  std::string name;  ///< of `any` or `rest` in the node above
  std::unique_ptr<node, free_node> any, rest;
  std::vector<std::pair<verb, std::size_t>> methods;
  std::size_t mounted = none;
  bool is_rest = false;
  std::size_t routes_below = 0;

  std::size_t route_of(verb method) const {
    const auto it = std::find_if(methods.begin(), methods.end(),
                                 [method](const auto& entry) { return entry.first == method; });
    return it == methods.end() ? none : it->second;
  }
  bool ends_here() const { return !methods.empty(); }
};

void route_table::free_node::operator()(node* dropped) const {
  delete dropped;
}

route_table::route_table() : root_(new node) {}

/// One search: what it looks for, and what it has found.
struct route_table::way {
  const std::vector<std::string>& segments;
  std::vector<captured>& captures;
  std::size_t depth = 0;  ///< how far the path led to a mounted application
};

namespace {

[[noreturn]] void refuse(std::string_view pattern, const char* why) {
  throw std::invalid_argument("route \"" + std::string(pattern) + "\": " + why);
}

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string joined(const std::vector<std::string>& segments, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < segments.size(); ++i) {
    if (i > from) text += '/';
    text += segments[i];
  }
  return text;
}

}  // namespace

route_table::node& route_table::step(node& at, std::string_view part, std::string_view pattern,
                                     bool may_be_rest) {
  if (part.find_first_of("{}") == std::string_view::npos) return at.literal[std::string(part)];
  if (!part.starts_with('{') || !part.ends_with('}'))
    refuse(pattern, "{name} must be a whole segment");
  part = part.substr(1, part.size() - 2);
  const bool rest = part.ends_with("...");
  if (rest) part.remove_suffix(3);
  if (!is_name(part)) refuse(pattern, "a name in braces is made of letters, digits and _");
  if (rest && !may_be_rest) refuse(pattern, "{name...} must be the last segment");
  auto& child = rest ? at.rest : at.any;
  if (!child) {
    child.reset(new node);
    child->name = part;
    child->is_rest = rest;
  }
  if (child->name != part) refuse(pattern, "another route has a different name in this place");
  return *child;
}

route_table::node& route_table::node_for(std::string_view pattern, bool may_be_rest) {
  if (!pattern.starts_with('/')) refuse(pattern, "must begin with /");
  node* at = root_.get();
  for (std::string_view left = pattern.substr(1);;) {
    if (at->mounted != none) refuse(pattern, "another application is mounted there");
    ++at->routes_below;
    const std::size_t end = std::min(left.find('/'), left.size());
    const bool last = end == left.size();
    at = &step(*at, left.substr(0, end), pattern, may_be_rest && last);
    if (last) break;
    left.remove_prefix(end + 1);
  }
  if (at->mounted != none) refuse(pattern, "another application is mounted there");
  return *at;
}

void route_table::add(verb method, std::string_view pattern, std::size_t route) {
  node& at = node_for(pattern, true);
  if (at.route_of(method) != none) refuse(pattern, "this method already has a route");
  at.methods.emplace_back(method, route);
}

void route_table::mount(std::string_view prefix, std::size_t mounted) {
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (prefix.empty()) refuse("/", "an application is mounted below a prefix, such as /admin");
  node& at = node_for(prefix, false);
  if (at.ends_here() || at.routes_below > 0) refuse(prefix, "this route already exists");
  at.mounted = mounted;
}

const route_table::node* route_table::walk(const node& at, way& along, std::size_t i) {
  if (at.mounted != none) {
    along.depth = i;
    return &at;
  }
  if (i == along.segments.size()) return at.ends_here() ? &at : nullptr;
  const auto literal = at.literal.find(along.segments[i]);
  if (literal != at.literal.end())
    if (const node* const end = walk(literal->second, along, i + 1)) return end;
  return walk_captured(at, along, i);
}

const route_table::node* route_table::walk_captured(const node& at, way& along, std::size_t i) {
  if (at.any && !along.segments[i].empty()) {
    along.captures.push_back({at.any->name, along.segments[i]});
    if (const node* const end = walk(*at.any, along, i + 1)) return end;
    along.captures.pop_back();
  }
  if (!at.rest) return nullptr;
  along.captures.push_back({at.rest->name, joined(along.segments, i)});
  return at.rest.get();
}

const route_table::node* route_table::node_of(const std::vector<std::string>& segments,
                                              std::size_t from, std::size_t& depth,
                                              std::vector<captured>& captures) const {
  if (segments.empty()) return nullptr;  // "*"
  way along{segments, captures};
  static const std::vector<std::string> root(1);
  // The mounted application's prefix, without a slash after it, is its root.
  if (from == segments.size()) {
    way to_root{root, captures};
    return walk(*root_, to_root, 0);
  }
  const node* const end = walk(*root_, along, from);
  depth = along.depth;
  return end;
}

route_table::found route_table::find(verb method, const std::vector<std::string>& segments,
                                     std::size_t from, std::vector<captured>& captures) const {
  found result;
  const node* const end = node_of(segments, from, result.depth, captures);
  if (end == nullptr) return result;
  result.known = true;
  result.mounted = end->mounted;
  result.route = end->route_of(method);
  if (result.route == none && method == verb::head) result.route = end->route_of(verb::get);
  return result;
}

std::string route_table::allowed(const std::vector<std::string>& segments, std::size_t from) const {
  std::size_t depth = 0;
  std::vector<captured> captures;
  const node* const end = node_of(segments, from, depth, captures);
  if (end == nullptr) return "";
  std::string text;
  const auto add = [&text](std::string_view method) {
    if (!text.empty()) text += ", ";
    text += method;
  };
  for (const auto& [method, route] : end->methods) {
    const auto name = boost::beast::http::to_string(method);
    add({name.data(), name.size()});
  }
  if (end->route_of(verb::get) != none && end->route_of(verb::head) == none) add("HEAD");
  return text;
}

}  // namespace weir::web::detail
