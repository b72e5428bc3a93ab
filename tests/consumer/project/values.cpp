// weir::weir's values from outside.
#include <cstdio>

#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>

int main() {
  weir::job_spec job;
  job.argv = {"echo", "a b"};
  std::printf("consumer: %s: %s\n", weir::command_text(job).c_str(),
              weir::describe(weir::exited{3}).c_str());
  return 0;
}
