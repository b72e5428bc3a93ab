#include "batch/block_jobs.hpp"

#include <span>
#include <string_view>
#include <utility>

namespace weir {

namespace {

/// Precedes the command: moves its stdin to where a command line can name it. Everything the job
/// starts has it there, and nothing of it is left once the job has ended, however it ends.
constexpr std::string_view name_of_block = "/dev/fd/3";
constexpr std::string_view move_block = "exec 3<&0 </dev/null; exec \"$@\"";

void name_block(job_spec& job) {
  argument_list moved{"/bin/sh", "-c", move_block, "sh"};
  for (const std::string& word : job.argv.to_vector()) moved.push_back(word);
  job.argv = std::move(moved);
  job.script = nullptr;  // the text is now among the arguments
}

}  // namespace

job_spec job_of_block(item_factory& jobs, block_input block, block_as as) {
  const bool named = as != block_as::stdin_pipe;
  const std::span<const std::string_view> name(&name_of_block, named ? 1 : 0);
  std::optional<job_spec> job = jobs.take({name});
  if (named && job->refused.empty()) name_block(*job);
  // Of no use to people: all jobs have the same.
  if (job->item == name_of_block) job->item = "";
  auto settings = std::make_shared<job_settings>(*job->settings);
  block.whole = as == block_as::file;
  settings->input = std::move(block);
  job->settings = std::move(settings);
  return std::move(*job);
}

awaitable<std::optional<job_spec>> block_jobs::next() {
  for (bool more = true; !closed_;) {
    if (std::optional<std::string> block = blocks_->next()) co_return job_of(std::move(*block));
    if (!more) break;
    more = co_await blocks_->read_more();
  }
  co_return std::nullopt;
}

job_spec block_jobs::job_of(std::string block) {
  block_input input;
  input.bytes = std::move(block);
  return job_of_block(jobs_, std::move(input), as_);
}

void block_jobs::close() {
  closed_ = true;
  blocks_->close();
}

}  // namespace weir
