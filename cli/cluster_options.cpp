#include "cluster_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>

#include <weir/error.hpp>

#include "gate_options.hpp"
#include "input/count.hpp"
#include "text/escape.hpp"
#include "typed_options.hpp"

namespace weir::cli {

namespace {

/// Nobody is there to type a password into the stream of frames.
constexpr std::string_view default_ssh = "ssh -o BatchMode=yes";
constexpr unsigned most_slots = 100'000;

[[noreturn]] void refuse_place(const std::string& word, const std::string& expected) {
  throw usage_error("--on: found \"" + escape_and_clip(word, 60) + "\", expected " + expected);
}

unsigned parse_slots(const std::string& text, const std::string& word) {
  try {
    return static_cast<unsigned>(parse_count("--on", text, 1, most_slots));
  } catch (const usage_error&) {
    refuse_place(word, "a number of slots, from 1 to 100000, behind the /");
  }
}

/// HOST[/SLOTS]
place parse_host(std::string host, const std::string& word) {
  place one{place::kind::ssh, {}, {}, "ssh:" + host};
  if (const auto slash = host.rfind('/'); slash != std::string::npos) {
    one.slots = parse_slots(host.substr(slash + 1), word);
    host.resize(slash);
  }
  // What begins with a dash would be an option of ssh.
  if (host.empty() || host.starts_with('-')) refuse_place(word, "ssh:HOST[/SLOTS],...");
  one.target = host;
  return one;
}

std::vector<place> parse_hosts(std::string_view hosts, const std::string& word) {
  std::vector<place> all;
  for (std::size_t begin = 0; begin <= hosts.size();) {
    const auto end = std::min(hosts.find(',', begin), hosts.size());
    all.push_back(parse_host(std::string(hosts.substr(begin, end - begin)), word));
    begin = end + 1;
  }
  return all;
}

void check_combinations(const options& o) {
  const auto refuse = [&](bool given, std::string_view option, std::string_view why) {
    if (given) throw usage_error("--on and " + o.names.of(option) + ": " + std::string(why));
  };
  refuse(o.output.mode == output_mode::raw, "--ungroup",
         "output comes from other machines: expected --line-buffer");
  refuse(o.tokens.made.has_value(), "--jobserver",
         "makes on other machines cannot share the limit");
  const std::string_view gate = given_gate(o);
  refuse(!gate.empty(), gate, "it looks at this machine, but jobs run on others");
  refuse(!o.limit_file.empty(), "--limit",
         "a FILE is not supported: the slots of --on are the limit");
  refuse(o.nice.has_value(), "--nice", "it would apply to weir only: write nice in COMMAND");
}

void needs_places(const options& o, bool given, const char* option) {
  if (given && o.cluster.on.empty()) throw usage_error(std::string(option) + ": needs --on WHERE");
}

/// Slurm's own jobs are asked for outside of an allocation: inside of one it has been given
/// already.
void check_slurm(const cluster_options& c) {
  const bool is_there = std::ranges::any_of(
      c.places, [](const place& each) { return each.how == place::kind::slurm; });
  const bool inside = std::getenv("SLURM_JOB_ID") != nullptr;
  for (const auto& [given, option] : {std::pair(c.slurm_workers.has_value(), "--slurm-workers"),
                                      std::pair(!c.slurm_args.empty(), "--slurm-arg")}) {
    if (given && !is_there) throw usage_error(std::string(option) + ": needs --on slurm");
    if (given && inside)
      throw usage_error(std::string(option) +
                        ": within an allocation of Slurm, whose nodes are used as they are");
  }
}

}  // namespace

void add_cluster_options(CLI::App& app, options& o, typed_options& typed) {
  app.add_option("--on", o.cluster.on,
                 "Run jobs elsewhere: local[/SLOTS], ssh:HOST[/SLOTS],..., slurm[/SLOTS] or "
                 "exec[/SLOTS]:COMMAND, which must execute its further arguments; may be repeated")
      ->type_name("WHERE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--remote-weir", o.cluster.remote_weir,
                 "Path of weir on the other machines (default: weir, found in PATH)")
      ->type_name("PATH");
  app.add_option("--remote-dir", o.cluster.remote_dir,
                 "Directory to run jobs in there (default: the same as here)")
      ->type_name("DIR");
  app.add_option("--ssh", o.cluster.ssh,
                 "Command that --on ssh:HOST uses (default: ssh -o BatchMode=yes)")
      ->type_name("COMMAND");
  app.add_option("--slurm-workers", typed.slurm_workers,
                 "With --on slurm outside of an allocation: number of Slurm jobs (default: 1)")
      ->type_name("N");
  app.add_option("--slurm-arg", o.cluster.slurm_args,
                 "Pass an argument to srun for these jobs, such as --slurm-arg=-t60")
      ->type_name("ARG")
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--node-retries", typed.node_retries,
                 "Rerun a job elsewhere up to N times if its worker is lost (default: 2)")
      ->type_name("N");
  app.add_flag("--worker", o.cluster.worker,
               "Be a worker, as started by --on: takes jobs from stdin");
}

std::vector<place> parse_places(const std::string& word) {
  constexpr std::string_view ssh = "ssh:";
  if (word.starts_with(ssh)) return parse_hosts(std::string_view(word).substr(ssh.size()), word);
  const auto colon = word.find(':');
  const std::string head = word.substr(0, colon);
  const auto slash = head.find('/');
  const std::string kind = head.substr(0, slash);
  const bool has_target = colon != std::string::npos;
  place one{place::kind::local, {}, {}, kind};
  if (kind == "exec" && has_target && colon + 1 < word.size()) {
    one.how = place::kind::exec;
    one.target = word.substr(colon + 1);
    one.title = escape_and_clip(word, 60);
  } else if (kind == "slurm" && !has_target) {
    one.how = place::kind::slurm;
  } else if (kind != "local" || has_target) {
    refuse_place(word,
                 "local[/SLOTS], ssh:HOST[/SLOTS],..., slurm[/SLOTS] or exec[/SLOTS]:COMMAND");
  }
  if (slash != std::string::npos) one.slots = parse_slots(head.substr(slash + 1), word);
  return {one};
}

void settle_cluster(options& o, const typed_options& typed) {
  cluster_options& c = o.cluster;
  if (c.ssh.empty()) c.ssh = default_ssh;
  needs_places(o, c.remote_weir != "weir", "--remote-weir");
  needs_places(o, !c.remote_dir.empty(), "--remote-dir");
  needs_places(o, c.ssh != default_ssh, "--ssh");
  needs_places(o, !typed.node_retries.empty(), "--node-retries");
  if (!typed.slurm_workers.empty())
    c.slurm_workers =
        static_cast<unsigned>(parse_count("--slurm-workers", typed.slurm_workers, 1, 10'000));
  if (!typed.node_retries.empty())
    c.node_retries =
        static_cast<unsigned>(parse_count("--node-retries", typed.node_retries, 0, 1'000'000));
  for (const std::string& word : c.on)
    for (place& each : parse_places(word)) c.places.push_back(std::move(each));
  check_slurm(c);
  if (c.on.empty()) return;
  check_combinations(o);
  // What the workers have, unless it was said.
  if (typed.limit.empty()) o.engine.limit.reset();
  o.output.live = o.engine.limit == 1U;
}

}  // namespace weir::cli
