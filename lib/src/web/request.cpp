// The head of a request.
#include <weir/web/request.hpp>

#include <algorithm>

#include "web/response_text.hpp"

namespace weir::web {

using detail::same_name;

request::part request::keep(std::string_view text) {
  const part kept{static_cast<std::uint32_t>(text_.size()),
                  static_cast<std::uint32_t>(text.size())};
  text_ += text;
  return kept;
}

void request::clear() noexcept {
  text_.clear();
  lines_.clear();
  target_ = {};
  method_ = verb::unknown;
  version_ = 11;
  content_length_.reset();
}

const request::line* request::find(field name) const noexcept {
  const auto it =
      std::find_if(lines_.begin(), lines_.end(), [name](const line& l) { return l.known == name; });
  return it == lines_.end() ? nullptr : &*it;
}

const request::line* request::find(std::string_view name) const noexcept {
  const auto it = std::find_if(lines_.begin(), lines_.end(), [this, name](const line& l) {
    return same_name(view(l.name), name);
  });
  return it == lines_.end() ? nullptr : &*it;
}

std::string_view request::header(field name) const noexcept {
  const line* const found = find(name);
  return found == nullptr ? std::string_view() : view(found->value);
}

std::string_view request::header(std::string_view name) const noexcept {
  const line* const found = find(name);
  return found == nullptr ? std::string_view() : view(found->value);
}

bool request::has(std::string_view name) const noexcept {
  return find(name) != nullptr;
}

request::header_line request::header_at(std::size_t i) const noexcept {
  return {view(lines_[i].name), view(lines_[i].value)};
}

}  // namespace weir::web
