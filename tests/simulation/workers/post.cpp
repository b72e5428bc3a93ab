#include "simulation/workers/post.hpp"

#include <csignal>
#include <utility>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>

#include <weir/version.hpp>

namespace simulation::workers {

using namespace weir;
using namespace std::chrono_literals;

/// What the run has of it.
class post::command final : public worker_process {
 public:
  explicit command(post& behind) : behind_(behind) {}
  ~command() override {
    close();
    if (!has_ended()) behind_.signal(SIGKILL);
    behind_.command_ = nullptr;
  }

  int in() const override { return behind_.from_.exit(); }
  int out() const override { return behind_.to_.entry(); }
  void close() override {
    behind_.to_.close_entry();
    behind_.from_.close_exit();
  }
  void signal(int signal) override {
    if (!has_ended()) behind_.signal(signal);
  }
  void kill_group() override { behind_.signal(SIGKILL); }
  bool has_ended() const override { return behind_.how_it_ended_.has_value(); }
  std::string how_it_ended() const override { return behind_.how_it_ended_.value_or(""); }

 private:
  post& behind_;
};

post::far_side::far_side(simulated_clock& clock, const loop_executor&, duration off)
    : job_time(clock, off), own_time(clock, off), jobs(job_time), own(own_time) {}

post::post(const plan& p, std::size_t number, const loop_executor& loop, simulated_clock& clock,
           rules& told)
    : plan_(p),
      own_(p.workers[number]),
      number_(number),
      loop_(loop),
      clock_(clock),
      told_(told),
      dice_(p.seed * 100 + number),
      to_(clock, own_.latency, own_.is_far),
      from_(clock, own_.latency, own_.is_far) {}

post::~post() {
  *alive_ = false;
}

worker_launch post::launch() const {
  worker_launch one;
  one.argv = {"worker"};
  one.title = one.node = name_of(number_);
  one.slots = own_.given;
  one.if_missing = "look for it";
  if (own_.shares) one.machine = "shared";
  one.labels = own_.labels;
  return one;
}

void post::later(milliseconds delay, std::function<void()> then) {
  clock_.after(delay, [alive = alive_, then = std::move(then)] {
    if (*alive) then();
  });
}

std::unique_ptr<worker_process> post::start() {
  auto one = std::make_unique<command>(*this);
  command_ = one.get();
  later(own_.after, [this] { begin(); });
  return one;
}

void post::begin() {
  if (is_gone_) return;
  switch (own_.start) {
    case beginning::well:
      return begin_well();
    case beginning::fails:
      from_.sender_dies(1000);
      to_.receiver_dies();
      return command_ends(dice_.once_in(2) ? "exit 127" : "exit 255");
    case beginning::wrong_words: {
      const auto say = [this](const std::string& words) {
        [[maybe_unused]] const ssize_t went = ::write(from_.entry(), words.data(), words.size());
      };
      say(dice_.once_in(2) ? "weir-worker 6 0.0.1\n" : std::string(60'000, '?'));
      return later(1ms, [say] { say(std::string(10'000, '?')); });
    }
    case beginning::says_nothing:
      return;
  }
}

void post::begin_well() {
  far_ = std::make_unique<far_side>(clock_, loop_, std::chrono::hours(own_.hours_off));
  hello_message hello;
  hello.node = "host";
  hello.slots = own_.slots;
  const resource_claims has = machine_of_workers;
  hello.memory = has.memory;
  hello.milli_cpus = static_cast<std::uint64_t>(has.cpus * 1000);
  hello.gpus = {{"0", "1"}, false};
  worker_settings settings{
      [this](const setup_message& setup, const std::string&, std::function<void()> changed) {
        return host(setup, std::move(changed));
      },
      hello};
  far_->one = std::make_unique<worker>(loop_, far_->jobs, far_->own, std::move(settings),
                                       to_.exit(), from_.entry());
  boost::asio::co_spawn(loop_, far_->one->over(), [this](std::exception_ptr error) {
    if (error) told_.broken("workers", "a worker has thrown");
    far_->is_over = true;
  });
}

std::unique_ptr<executor> post::host(const setup_message& setup,
                                     std::function<void()> shields_changed) {
  auto here = std::make_unique<site>(plan_, number_, far_->jobs, told_, setup.close_timeout,
                                     std::move(shields_changed));
  far_->runs = here.get();
  return here;
}

bool post::step() {
  const bool sent = to_.pump();
  const bool got = from_.pump();
  if (far_ && far_->is_over) return far_side_ended(), true;
  return sent || got;
}

void post::far_side_ended() {
  far_.reset();
  is_gone_ = true;
  told_.worker_ended(number_);
  from_.close_entry();
  to_.close_exit();
  // A connection learns of it from the network.
  later(own_.is_far && from_.is_stalled() ? 60'000ms : dice_.ms(0, 20),
        [this] { command_ends("exit 0"); });
}

void post::command_ends(const std::string& how) {
  if (how_it_ended_) return;
  how_it_ended_ = how;
  if (command_ != nullptr && command_->ended) command_->ended();
}

void post::signal(int signal) {
  if (signal == SIGCONT) return;
  if (own_.is_far) return connection_dies();
  if (signal == SIGKILL) return machine_dies();
  if (!far_) {
    is_gone_ = true;
    from_.sender_dies(1000);
    to_.receiver_dies();
    return later(1ms, [this] { command_ends("SIGTERM"); });
  }
  told_.worker_is_signalled(number_);
  if (!is_gone_) far_->one->drain();
}

void post::machine_dies() {
  if (is_gone_ && !far_) return;
  is_gone_ = true;
  told_.machine_dies(number_);
  from_.sender_dies(dice_.once_in(2) ? 1000 : dice_.below(1000));
  to_.receiver_dies();
  if (far_ && far_->runs != nullptr) far_->runs->die();
  later(dice_.ms(0, 30), [this] { command_ends("SIGKILL"); });
}

void post::drain(milliseconds until_all_end) {
  if (!far_ || is_gone_) return;
  told_.worker_is_signalled(number_);
  far_->one->drain();
  later(until_all_end, [this] {
    if (!far_ || is_gone_) return;
    told_.worker_ends_all(number_);
    far_->one->end_all(ending::terminate);
  });
}

void post::stall(milliseconds lasts) {
  to_.stall(clock_.now() + lasts);
  from_.stall(clock_.now() + lasts);
}

void post::connection_dies() {
  if (!own_.is_far || how_it_ended_) return;
  told_.connection_dies(number_);
  to_.sender_dies(dice_.once_in(2) ? 1000 : dice_.below(1000));
  from_.receiver_dies();
  if (!far_) is_gone_ = true;
  later(1ms, [this] { command_ends("SIGKILL"); });
}

void post::weir_dies() {
  to_.sender_dies(dice_.once_in(2) ? 1000 : dice_.below(1000));
  from_.receiver_dies();
  if (!far_) is_gone_ = true;
  later(1ms, [this] { command_ends("SIGKILL"); });
}

}  // namespace simulation::workers
