#include "values/claims_account.hpp"

#include "support/catch.hpp"

using namespace weir;

TEST_CASE("what is claimed is taken from what there is, and comes back") {
  claims_account account({1000, 2.0});
  account.take({400, 0.5});
  account.take({300, 1.0});
  CHECK(account.left().memory == 300);
  CHECK(account.left().cpus == Approx(0.5));
  account.give_back({400, 0.5});
  CHECK(account.left().memory == 700);
  CHECK(account.left().cpus == Approx(1.0));
}

TEST_CASE("what claims exactly what is left fits, and no more does") {
  claims_account account({1000, 2.0});
  account.take({400, 0.5});
  CHECK(account.has_memory_for({600, 0}));
  CHECK_FALSE(account.has_memory_for({601, 0}));
  CHECK(account.has_cpus_for({0, 1.5}));
  CHECK_FALSE(account.has_cpus_for({0, 1.6}));
  account.take({600, 1.5});
  CHECK(account.fits({0, 0}));
  CHECK_FALSE(account.has_memory_for({1, 0}));
  CHECK_FALSE(account.has_cpus_for({0, 0.1}));
}

TEST_CASE("more than there is may be claimed, and leaves nothing") {
  claims_account account({1000, 2.0});
  CHECK(account.is_beyond({1001, 0}));
  CHECK_FALSE(account.is_beyond({1000, 2.0}));
  account.take({5000, 9.0});
  CHECK(account.left().memory == 0);
  CHECK(account.left().cpus == 0.0);
}

TEST_CASE("anything fits where it is not known what there is") {
  claims_account account;
  account.take({5000, 9.0});
  CHECK(account.fits({1 << 20, 64.0}));
}

TEST_CASE("tenths of a CPU add up, and all of it is there again when they are given back") {
  claims_account account({0, 1.0});
  for (int i = 0; i < 9; ++i) account.take({0, 0.1});
  CHECK(account.has_cpus_for({0, 0.1}));
  account.take({0, 0.1});
  CHECK_FALSE(account.has_cpus_for({0, 0.1}));
  for (int i = 0; i < 1'000'000; ++i) {
    account.give_back({0, 0.1});
    account.take({0, 0.1});
  }
  for (int i = 0; i < 10; ++i) account.give_back({0, 0.1});
  CHECK(account.has_cpus_for({0, 1.0}));
  CHECK_FALSE(account.has_cpus_for({0, 1.001}));
}

TEST_CASE("GPUs are counted, and how many there are is always known") {
  claims_account account({0, 0, 3});
  account.take({0, 0, 2});
  CHECK(account.left().gpus == 1);
  CHECK(account.has_gpus_for({0, 0, 1}));
  CHECK_FALSE(account.has_gpus_for({0, 0, 2}));
  CHECK_FALSE(account.lacks_gpus_for({0, 0, 3}));
  CHECK(account.lacks_gpus_for({0, 0, 4}));
  account.give_back({0, 0, 2});
  CHECK(account.left().gpus == 3);
  CHECK_FALSE(claims_account().fits({0, 0, 1}));
}

TEST_CASE("who claims nothing fits where more is claimed than there is") {
  claims_account account({1000, 2.0, 1});
  account.take({5000, 9.0, 1});
  CHECK(account.fits({}));
  CHECK_FALSE(account.fits({1, 0, 0}));
  CHECK_FALSE(account.fits({0, 0.1, 0}));
}

TEST_CASE("the least memory there can be is enough for one") {
  claims_account account({1, 0, 0});
  CHECK(account.fits({1, 0, 0}));
  CHECK_FALSE(account.fits({2, 0, 0}));
}
