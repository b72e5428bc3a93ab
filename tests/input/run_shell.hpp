/// Really runs an argv, for the tests that compare what a shell makes of a script.
#pragma once

#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <weir/argument_list.hpp>

namespace weir::test {

/// What the program wrote to stdout, run in `directory` with nothing to read.
inline std::string run(const argument_list& argv, const std::string& directory = ".") {
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) return "pipe2 failed";
  std::vector<const char*> pointers;
  argv.pointers(pointers);
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(out[1], 1);
    if (::chdir(directory.c_str()) == 0)
      ::execvp(pointers[0], const_cast<char* const*>(pointers.data()));
    ::_exit(127);
  }
  ::close(out[1]);
  std::string all;
  char block[4096];
  for (ssize_t n = 0; (n = ::read(out[0], block, sizeof block)) > 0;)
    all.append(block, static_cast<std::size_t>(n));
  ::close(out[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) all += "<status " + std::to_string(status) + ">";
  return all;
}

}  // namespace weir::test
