// What an attempt reads: nothing, a text, a file, or a FIFO.
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/local_attempt.hpp"

namespace weir {

/// \param fifo is set in place of `input` when opening it would wait for who writes.
int local_attempt::open_input(owned_fd& input, const std::string*& fifo) const {
  const job_settings& settings = *request_.job.settings;
  if (const auto* file = std::get_if<file_input>(&settings.input)) {
    const bool relative = !settings.dir.empty() && file->path.substr(0, 1) != "/";
    const std::string path = relative ? settings.dir + '/' + file->path : file->path;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return errno;
    if (S_ISFIFO(status.st_mode))
      fifo = &file->path;
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

}  // namespace weir
