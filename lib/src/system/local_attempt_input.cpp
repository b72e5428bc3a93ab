// What an attempt reads: nothing, a text, a file, or a FIFO.
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/local_attempt.hpp"

namespace weir::system {

/// \param fifo is set in place of `input` when opening it would wait for who writes.
int local_attempt::open_input(owned_fd& input, const char*& fifo) const {
  const job_settings& settings = *request_.job.settings;
  if (const auto* file = std::get_if<file_input>(&settings.input)) {
    const bool relative = !settings.dir.empty() && file->path.substr(0, 1) != "/";
    const std::string path = relative ? settings.dir + '/' + file->path : file->path;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errno;
    if (S_ISFIFO(status.st_mode))
      fifo = file->path.c_str();
    else
      input = owned_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return input || fifo != nullptr ? 0 : errno;
  }
  if (const auto* text = std::get_if<text_input>(&settings.input)) {
    input = owned_fd(::memfd_create("weir-stdin", MFD_CLOEXEC));
    if (!input) return errno;
    const ssize_t size = ::pwrite(input.value(), text->text.data(), text->text.size(), 0);
    return size == static_cast<ssize_t>(text->text.size()) ? 0 : ENOSPC;
  }
  return 0;
}

/// A shell in the job's place waits for who writes: all of weir would, otherwise.
void local_attempt::read_from_fifo(launch_request& request, const char* fifo) {
  shell_argv_ = {nullptr, "sh", "-c", R"(exec "$@" <"$0")", fifo, request.path};
  for (const char** word = request.argv + 1; *word != nullptr; ++word) shell_argv_.push_back(*word);
  shell_argv_.push_back(nullptr);
  request.path = "/bin/sh";
  request.argv = shell_argv_.data() + 1;
}

}  // namespace weir::system
