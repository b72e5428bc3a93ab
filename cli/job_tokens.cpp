#include "job_tokens.hpp"

#include <cstdlib>
#include <string_view>
#include <utility>

#include <weir/error.hpp>

#include "blocks.hpp"
#include "files/temporary_file.hpp"

namespace weir::cli {

namespace {

constexpr const char* flags_variable = "MAKEFLAGS";

constexpr std::string_view out_of_reach =
    "make's jobserver is out of reach, so one job runs at a time: begin the recipe's line with +, "
    "or give -j N";

void limit_to(options& o, unsigned jobs) {
  o.engine.limit = jobs;
  o.output.live = runs_one_by_one(o);
}

std::string place_of_fifo() {
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  return runtime != nullptr && *runtime == '/' ? runtime : usable_temporary_directory();
}

}  // namespace

void follow_make(options& o, const char* make_flags) {
  if (make_flags == nullptr) return;
  const weir::make_flags said = parse_make_flags(make_flags);
  o.tokens.make_touches = said.touch && !said.dry_run;
  o.tokens.make_asks = said.question && !said.dry_run;
  if (said.dry_run || said.touch || said.question) o.dry_run = true;
  o.tokens.joined = said.jobserver;
  o.tokens.jobs_of_make = said.jobs;
}

opened_tokens open_tokens(options& o) {
  const bool limited = !o.given.limit.empty();
  if (o.tokens.joined) {
    if (auto joined = token_pipe::join(*o.tokens.joined)) {
      refuse_tokens(o);
      if (!limited) limit_to(o, o.tokens.jobs_of_make.value_or(o.cpus));
      return {std::move(joined), {}};
    }
  }
  if (o.tokens.made == jobserver_kind::pipe) return {token_pipe::make_pipe(), {}};
  if (o.tokens.made) return {token_pipe::make_fifo(place_of_fifo()), {}};
  if (!o.tokens.joined || limited) return {};
  limit_to(o, 1);
  return {std::nullopt, std::string(out_of_reach)};
}

bool is_old_make(const event& e) {
  const auto* const ended = std::get_if<job_ended>(&e);
  return ended != nullptr && ended->judged == verdict::failed &&
         ended->tail.find("invalid --jobserver-auth string") != std::string_view::npos;
}

void serve(token_pipe& made, const options& o) {
  if (!o.engine.limit) throw usage_error("--jobserver: needs a limit, found none (-j 0)");
  made.fill(*o.engine.limit);
  const char* const before = std::getenv(flags_variable);
  const std::string flags =
      with_jobserver(before == nullptr ? "" : before, *made.address(), *o.engine.limit);
  ::setenv(flags_variable, flags.c_str(), 1);
}

}  // namespace weir::cli
