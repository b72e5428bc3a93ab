#include "cluster/tree_sender.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <unistd.h>

namespace weir {

tree_sender::tree_sender(frame_link& link, std::uint64_t id, const std::vector<std::string>& paths,
                         bool cleanup)
    : link_(link), id_(id), paths_(paths.begin(), paths.end()), cleanup_(cleanup) {}

bool tree_sender::go_on() {
  static thread_local std::array<char, most_output_piece> buffer;
  for (;;) {
    if (link_.is_congested()) return false;
    if (tree_ && !tree_->is_over())
      send(tree_->next(buffer));
    else if (paths_.empty())
      return true;
    else
      begin_next();
  }
}

void tree_sender::begin_next() {
  tree_.reset();
  std::string path = std::move(paths_.front());
  paths_.pop_front();
  const bool is_missing =
      passes_over_missing_ && ::access(path.c_str(), F_OK) != 0 && errno == ENOENT;
  if (!is_missing) tree_.emplace(std::move(path));
}

void tree_sender::send(const tree_reader::step& what) {
  if (const auto* entry = std::get_if<tree_entry>(&what)) {
    link_.send(frame_kind::enter, entry_message{id_, *entry, cleanup_});
    sent_.push_back(within_.empty() ? entry->name : within_.back() + '/' + entry->name);
    if (entry->kind != entry_kind::link) within_.push_back(sent_.back());
  } else if (const auto* bytes = std::get_if<std::string_view>(&what)) {
    link_.send(frame_kind::piece, output_message{id_, *bytes});
  } else {
    link_.send(frame_kind::leave, attempt_message{id_});
    within_.pop_back();
  }
}

std::vector<std::string> paths_of(const job_settings& settings,
                                  const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const std::string& path : paths) all.push_back(path_in(settings.dir, path));
  return all;
}

}  // namespace weir
