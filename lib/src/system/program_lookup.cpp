#include "system/program_lookup.hpp"

#include <cerrno>
#include <utility>
#include <vector>

#include <unistd.h>

// Boost.Process v2 of 1.81 needs these two, and its file system to be the standard's.
#include <boost/optional.hpp>
#include <boost/type_traits.hpp>
#define BOOST_PROCESS_USE_STD_FS 1
#include <boost/process/v2/environment.hpp>

namespace weir::system {

namespace process = boost::process::v2;

program_lookup::program_lookup(std::string path)
    : path_(path.empty() ? "/bin:/usr/bin" : std::move(path)) {}

const program_lookup::result& program_lookup::find(std::string_view program) {
  if (last_ != nullptr && last_name_ == program) return *last_;
  last_name_ = program;
  auto place = found_.find(last_name_);
  if (place == found_.end() || place->second.error != 0)
    place = found_.insert_or_assign(last_name_, search(last_name_)).first;
  last_ = place->second.error == 0 ? &place->second : nullptr;
  return place->second;
}

void program_lookup::forget(std::string_view program) {
  found_.erase(std::string(program));
  last_ = nullptr;
}

program_lookup::result program_lookup::search(const std::string& program) const {
  if (program.find('/') != std::string::npos) return {program, 0};
  if (program.empty()) return {"", ENOENT};
  const std::vector<process::environment::key_value_pair> environment{
      process::environment::key_value_pair("PATH=" + path_)};
  if (auto path = process::environment::find_executable(program, environment); !path.empty())
    return {path.native(), 0};
  // Only to say why: POSIX sh tells 126 (found, not executable) from 127 (not found).
  for (const auto directory : process::environment::value_view(path_))
    if (::access((std::string(directory.begin(), directory.end()) + "/" + program).c_str(), F_OK) ==
        0)
      return {"", EACCES};
  return {"", ENOENT};
}

}  // namespace weir::system
