#include "cluster/tree_receiver.hpp"

#include <cerrno>
#include <utility>

namespace weir {

spawn_failed file_failure(const io_error& error, const char* step) {
  std::string path = error.what();
  if (const auto reason = ": " + error.code().message(); path.ends_with(reason))
    path.resize(path.size() - reason.size());
  const int value = error.code().value();
  // A pipe or a device, of which nothing can be sent.
  if (value == EINVAL)
    return {value, std::string(step) + ' ' + path + ": expected a file or a directory", "refused"};
  return {value, std::move(path), step};
}

template <typename Act>
bool tree_receiver::attempt_to(Act act) {
  try {
    act();
  } catch (const io_error& error) {
    fault_ = file_failure(error, step_);
  }
  return true;
}

bool tree_receiver::enter(const tree_entry& entry) {
  if (fault_) return true;
  if (writer_.is_in_file() || (!writer_.is_idle() && !is_plain_name(entry.name))) return false;
  return attempt_to([&] { writer_.enter(entry); });
}

bool tree_receiver::write(std::string_view bytes) {
  if (fault_) return true;
  return writer_.is_in_file() && attempt_to([&] { writer_.write(bytes); });
}

bool tree_receiver::leave() {
  if (fault_) return true;
  return !writer_.is_idle() && attempt_to([&] { writer_.leave(); });
}

}  // namespace weir
