// What aiohttp's integration of aiojobs does, ported; and what it does wrong, done right.
#include <atomic>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "gate.hpp"
#include "served.hpp"
#include "support/catch.hpp"

using namespace weir::web;
using namespace weir::web::test;
using namespace std::chrono_literals;

TEST_CASE("spawn and shield in one request, and the server's end closes the job (plugin)") {
  std::optional<weir::job<>> spawned;
  std::atomic<bool> shielded = false;
  served s([&](app& a) {
    a.use_scheduler();
    a.route(verb::get, "/", [&](context& ctx) -> awaitable<response> {
      spawned = co_await ctx.spawn([]() -> awaitable<void> {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 10ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
      });
      const auto mark = [&shielded]() -> awaitable<void> {
        shielded = true;
        co_return;
      };
      co_await ctx.shield(mark());
      co_return "";
    });
  });
  CHECK(get(s.port(), "/").status == 200);
  CHECK(shielded);
  s.join();
  CHECK(spawned->closed());
  CHECK(spawned->outcome() == weir::job_outcome::succeeded);
}

TEST_CASE("without a scheduler spawn says what to call (no setup)") {
  std::string said;
  served s([&](app& a) {
    a.route(verb::get, "/", [&](context& ctx) -> awaitable<response> {
      try {
        (void)ctx.jobs();
      } catch (const std::logic_error& error) {
        said = error.what();
      }
      co_return said;
    });
  });
  CHECK(get(s.port(), "/").body.find("use_scheduler") != std::string::npos);
}

TEST_CASE("an atomic handler answers, and is in no count afterwards (atomic)") {
  served s([](app& a) {
    a.use_scheduler();
    a.route(verb::get, "/", atomic([](context&) -> awaitable<response> { co_return "done"; }));
  });
  CHECK(get(s.port(), "/").body == "done");
  CHECK(s.ask([&] { return s.root().jobs()->size() + s.root().atomic_count(); }) == 0);
}

namespace {

struct view {
  int calls = 0;
  awaitable<response> get(context&) {
    ++calls;
    co_return "got " + std::to_string(calls);
  }
  awaitable<response> post(context& ctx) { co_return co_await ctx.body(); }
};

}  // namespace

TEST_CASE("a route object's methods may all be atomic (atomic from a view)") {
  served s([](app& a) {
    a.use_scheduler();
    a.route("/view", atomic(view()));
  });
  CHECK(get(s.port(), "/view").body == "got 1");
  CHECK(get(s.port(), "/view").body == "got 2");
  CHECK(s.ask([&] { return s.root().atomic_count(); }) == 0);
}

TEST_CASE("a mounted application has its parent's scheduler, or its own, or none") {
  boost::asio::io_context unused;
  std::unique_ptr<app> with_parents, with_own;
  const auto which = [](context& ctx) -> response {
    return ctx.find_jobs() == nullptr                      ? "none"
           : ctx.find_jobs() == ctx.app().jobs()           ? "own"
           : ctx.find_jobs() == ctx.app().parent()->jobs() ? "parent's"
                                                           : "another";
  };
  served s([&](app& a) {
    a.use_scheduler();
    with_parents = std::make_unique<app>(a.get_executor());
    with_own = std::make_unique<app>(a.get_executor());
    with_own->use_scheduler();
    with_parents->route(verb::get, "/", which);
    with_own->route(verb::get, "/", which);
    a.mount("/sub", *with_parents);
    a.mount("/own", *with_own);
  });
  CHECK(get(s.port(), "/sub/").body == "parent's");
  CHECK(get(s.port(), "/own").body == "own");
  CHECK(with_parents->jobs() == nullptr);
  s.join();
  served bare([&](app& a) { a.route(verb::get, "/", which); });
  CHECK(get(bare.port(), "/").body == "none");
}

TEST_CASE("a client that goes away cancels the handler") {
  gate never;
  std::atomic<bool> cancelled = false;
  served s([&](app& a) {
    a.route(verb::get, "/", [&](context&) -> awaitable<response> {
      try {
        co_await never.pass();
      } catch (...) {
        cancelled = true;
        throw;
      }
      co_return "";
    });
  });
  client c(s.port());
  c.get("/");
  CHECK(comes_true([&] { return never.waiting == 1; }));
  c.close();
  CHECK(comes_true([&] { return cancelled.load(); }));
}

TEST_CASE("a client that goes away does not reach what is spawned, shielded or atomic") {
  gate way;
  std::atomic<int> finished = 0;
  served s([&](app& a) {
    a.use_scheduler();
    const auto work = [&]() -> awaitable<void> {
      co_await way.pass();
      ++finished;
    };
    a.route(verb::get, "/spawn", [&, work](context& ctx) -> awaitable<response> {
      (void)co_await ctx.spawn(work());
      co_await way.pass();
      co_return "";
    });
    a.route(verb::get, "/shield", [&, work](context& ctx) -> awaitable<response> {
      co_await ctx.shield(work());
      co_return "";
    });
    a.route(verb::get, "/atomic", atomic([&, work](context&) -> awaitable<response> {
              co_await work();
              co_return "";
            }));
  });
  for (const char* path : {"/spawn", "/shield", "/atomic"}) {
    client c(s.port());
    const int before = way.waiting;
    c.get(path);
    CHECK(comes_true([&] { return way.waiting > before; }));
  }
  CHECK(s.comes_true([&] { return s.target().session_count() == 0; }));
  way.open();
  s.join();
  CHECK(finished == 3);
}

TEST_CASE("atomic handlers may spawn and wait when the limit is 1 (their deadlock)") {
  served s([](app& a) {
    a.use_scheduler(weir::scheduler_options().limit(1).pending_limit(0));
    a.route(verb::get, "/", atomic([](context& ctx) -> awaitable<response> {
              const auto inner = []() -> awaitable<std::string> { co_return "inner"; };
              const weir::job<std::string> job = co_await ctx.spawn(inner());
              co_return co_await job.wait();
            }));
  });
  CHECK(get(s.port(), "/").body == "inner");
}

TEST_CASE("the failure of an atomic handler whose client has gone reaches the exception handler") {
  gate way;
  std::string told;
  served s([&](app& a) {
    a.use_scheduler(weir::scheduler_options().on_error(
        [&](const weir::error_context& context) { told = context.job.name(); }));
    a.route(verb::get, "/fail", atomic([&](context&) -> awaitable<response> {
              co_await way.pass();
              throw std::runtime_error("lost");
            }));
  });
  {
    client c(s.port());
    c.get("/fail");
    CHECK(comes_true([&] { return way.waiting == 1; }));
  }
  CHECK(s.comes_true([&] { return s.target().session_count() == 0; }));
  way.open();
  s.join();
  CHECK(told == "GET /fail");
}

TEST_CASE("a route object may be moved in, shared, or stay where it is") {
  struct counter {
    int count = 0;
    response get(context&) { return std::to_string(++count); }
  };
  counter mine;
  const auto common = std::make_shared<counter>();
  served s([&](app& a) {
    a.use_scheduler();
    a.route("/own", counter{40});
    a.route("/mine", std::ref(mine)).route("/mine/atomic", atomic(std::ref(mine)));
    a.route("/common", common).route("/common/atomic", atomic(common));
  });
  CHECK(get(s.port(), "/own").body == "41");
  CHECK(get(s.port(), "/mine").body == "1");
  CHECK(get(s.port(), "/mine/atomic").body == "2");
  CHECK(get(s.port(), "/common").body == "1");
  CHECK(get(s.port(), "/common/atomic").body == "2");
  s.join();
  CHECK(mine.count + common->count == 4);
}
