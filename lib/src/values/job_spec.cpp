#include <weir/job_spec.hpp>
#include <weir/process_settings.hpp>

#include <fmt/format.h>

namespace weir {

std::string_view to_string(leftover_rule rule) {
  switch (rule) {
    case leftover_rule::leave:
      return "leave";
    case leftover_rule::end:
      return "end";
    case leftover_rule::fail:
      return "fail";
  }
  return "";
}

std::string_view to_string(need_on on) {
  switch (on) {
    case need_on::success:
      return "success";
    case need_on::failure:
      return "failure";
    case need_on::always:
      return "always";
  }
  return "";
}

std::string command_text(const job_spec& job) {
  if (!job.text.empty()) return job.text;
  if (!job.script || !job.script->inlined) return shell_quote(job.argv);
  argument_list readable;
  for (const std::string& word : readable_arguments(job, job.argv)) readable.push_back(word);
  return shell_quote(readable);
}

std::vector<std::string> readable_arguments(const job_spec& job, const argument_list& argv) {
  if (job.script && job.script->inlined) {
    auto words = job.script->inlined(argv, job.script->argument);
    if (!words.empty()) return words;
  }
  return argv.to_vector();
}

std::string title(const job_spec& job) {
  return job.name.empty() ? command_text(job) : job.name;
}

argument_list with_slot(const job_spec& job, unsigned slot) {
  if (job.slot_marks.empty()) return job.argv;
  const std::string number = fmt::to_string(slot);
  std::vector<std::string> arguments = job.argv.to_vector();
  // From last to first, so that earlier offsets stay valid.
  for (auto mark = job.slot_marks.rbegin(); mark != job.slot_marks.rend(); ++mark)
    arguments[mark->argument].insert(mark->offset, number);
  argument_list filled;
  for (const auto& argument : arguments) filled.push_back(argument);
  return filled;
}

void make_interactive(job_settings& job) {
  auto process = job.process ? std::make_shared<process_settings>(*job.process)
                             : std::make_shared<process_settings>();
  process->foreground = true;
  job.process = std::move(process);
  job.output = output_mode::raw;
  job.input = file_input{"/dev/tty"};
}

}  // namespace weir
