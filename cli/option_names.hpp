/// The names under which options were typed: a user who wrote -j gets messages about -j.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <weir/error.hpp>

namespace weir::cli {

class option_names {
 public:
  /// \param option its first long name, with the dashes.
  void typed(const std::string& option, const std::string& name) { names_[option] = name; }

  /// \param option its first long name.
  bool was_typed(std::string_view option) const { return names_.find(option) != names_.end(); }

  /// The name last typed; the option's own name if none was.
  std::string of(std::string_view option) const {
    const auto place = names_.find(option);
    return place == names_.end() ? std::string(option) : place->second;
  }

  /// \throws usage_error
  [[noreturn]] void refuse_both(std::string_view a, std::string_view b) const {
    throw usage_error(of(a) + " and " + of(b) + ": only one of them can be given");
  }

 private:
  std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace weir::cli
