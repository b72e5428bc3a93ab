#include "values/gpu_pool.hpp"

#include "support/catch.hpp"

using namespace weir;

TEST_CASE("no two jobs own a GPU at the same time") {
  gpu_pool pool({"4", "GPU-ab", "7"});
  CHECK(pool.take(2) == "4,GPU-ab");
  CHECK(pool.take(2).empty());
  CHECK(pool.take(1) == "7");
  pool.give_back("4,GPU-ab");
  CHECK(pool.take(1) == "4");
  pool.give_back("7");
  CHECK(pool.take(2) == "GPU-ab,7");
  CHECK(pool.take(1).empty());
  CHECK(pool.take(0).empty());
}

TEST_CASE("as many GPUs as asked for, of those that are named, or by their indices") {
  const visible_gpus named{{"2", "5"}, true};
  CHECK(chosen_gpus(named, std::nullopt) == gpu_names{"2", "5"});
  CHECK(chosen_gpus(named, 1) == gpu_names{"2"});
  CHECK(chosen_gpus(named, 3) == gpu_names{"2", "5"});
  const visible_gpus found{{"0"}, false};
  CHECK(chosen_gpus(found, std::nullopt) == gpu_names{"0"});
  CHECK(chosen_gpus(found, 3) == gpu_names{"0", "1", "2"});
  CHECK(chosen_gpus({}, 0).empty());
}

TEST_CASE("a name has nothing in it that separates names, or words for a shell") {
  for (const char* name : {"0", "GPU-6b2e8dd5-1a1c", "MIG-GPU-1/2/0", "MIG-a:1"})
    CHECK(is_gpu_name(name));
  for (const std::string& name : {std::string(), std::string("0,1"), std::string("$(id)"),
                                  std::string("0 1"), std::string(101, 'a')})
    CHECK_FALSE(is_gpu_name(name));
}
