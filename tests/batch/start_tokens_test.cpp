// A job for each token: counted, with a pool that hands out what the test puts there.
#include "batch/start_tokens.hpp"

#include "support/catch.hpp"

using namespace weir;

namespace {

class pool final : public token_pool {
 public:
  pool(std::size_t tokens, std::size_t free_jobs) : there(tokens), free(free_jobs) {}

  std::string_view name() const override { return "a quota"; }
  std::size_t free_jobs() const override { return free; }
  void report_to(inbox&) override {}
  bool try_take() override {
    ++asked;
    if (there == 0) return false;
    --there;
    return true;
  }
  void give_back() noexcept override { ++there; }

  std::size_t there, free;
  std::size_t asked = 0;
};

bool starts(start_tokens& tokens) {
  if (!tokens.lets_start({}, {})) return false;
  tokens.started({}, {});
  return true;
}

}  // namespace

TEST_CASE("as many jobs run as there are tokens, and all tokens come back") {
  pool quota(2, 0);
  start_tokens tokens(quota);
  CHECK(tokens.reason() == "a quota");
  CHECK(starts(tokens));
  CHECK(starts(tokens));
  CHECK_FALSE(starts(tokens));
  tokens.ended({});
  CHECK(quota.there == 1);
  CHECK(starts(tokens));
  tokens.ended({});
  tokens.ended({});
  CHECK(quota.there == 2);
}

TEST_CASE("the job that needs no token runs first, and keeps none busy when it is the last") {
  pool make(1, 1);
  start_tokens tokens(make);
  CHECK(starts(tokens));
  CHECK(make.asked == 0);
  CHECK(starts(tokens));
  CHECK(make.there == 0);
  CHECK_FALSE(starts(tokens));
  tokens.ended({});  // whichever of the two it was: the other one needs no token
  CHECK(make.there == 1);
  tokens.ended({});
  CHECK(make.there == 1);
}

TEST_CASE("a token that was taken for a start that did not come serves the next one") {
  pool quota(1, 0);
  start_tokens tokens(quota);
  CHECK(tokens.lets_start({}, {}));
  CHECK(tokens.lets_start({}, {}));
  CHECK(quota.asked == 1);
  tokens.started({}, {});
  CHECK_FALSE(tokens.lets_start({}, {}));
}
