#include "process/program_lookup.hpp"
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <cerrno>
#include <filesystem>

using weir::program_lookup;
using weir::program_path;

namespace {

struct programs : test::test_space {
  programs() {
    for (const char* directory : {"one", "two", "two/one"})
      std::filesystem::create_directory(path(directory));
  }
  void put(const std::string& name, bool executable = true) {
    write(name, "");
    std::filesystem::permissions(path(name), std::filesystem::perms(executable ? 0755 : 0644));
  }
  std::string both() const { return path("one") + ":" + path("two"); }
};

std::string found(const program_lookup::result& result) {
  return result.path ? *result.path : "error " + std::to_string(result.error);
}

}  // namespace

TEST_CASE_METHOD(programs, "the first directory of PATH that has a program to execute has it") {
  put("one/data", false);
  put("one/tool", false);
  put("two/tool");
  std::filesystem::create_directory(path("one/two"));
  program_lookup lookup(both());
  CHECK(found(lookup.find({"tool"})) == path("two/tool"));
  CHECK(lookup.find({"data"}).error == EACCES);
  CHECK(lookup.find({"two"}).error == EACCES);
  CHECK(lookup.find({"nowhere"}).error == ENOENT);
  CHECK(lookup.find({""}).error == ENOENT);
}

TEST_CASE_METHOD(programs, "a name with a slash is its own path, wherever it leads") {
  program_lookup lookup(both());
  CHECK(lookup.find({"one/nothing"}).error == 0);
  CHECK(lookup.find({"one/nothing"}).path == nullptr);
}

TEST_CASE_METHOD(programs, "what is missing is looked for again, what was found is not") {
  program_lookup lookup(both());
  CHECK(lookup.find({"tool"}).error == ENOENT);
  put("two/tool");
  CHECK(found(lookup.find({"tool"})) == path("two/tool"));
  put("one/tool");
  CHECK(found(lookup.find({"tool"})) == path("two/tool"));
}

TEST_CASE_METHOD(programs, "what could not be executed is passed over, and forgotten") {
  put("one/tool");
  put("two/tool");
  program_lookup lookup(both());
  const program_path first = lookup.find({"tool"}).path;
  REQUIRE(*first == path("one/tool"));
  CHECK(found(lookup.find_other({"tool"}, {first})) == path("two/tool"));
  const program_path second = lookup.find({"tool"}).path;
  CHECK(*second == path("two/tool"));
  CHECK(lookup.find_other({"tool"}, {first, second}).error == ENOENT);
  CHECK(found(lookup.find({"tool"})) == path("one/tool"));  // it may be back
}

TEST_CASE_METHOD(programs, "relative entries of PATH begin where the program will run") {
  put("one/tool");
  put("two/one/tool");
  put("two/here");
  program_lookup lookup("nowhere:one::");
  CHECK(found(lookup.find({"tool", {}, path("two")})) == "one/tool");
  CHECK(found(lookup.find({"here", {}, path("two")})) == "./here");
  CHECK(lookup.find({"here", {}, path("one")}).error == ENOENT);
  CHECK(found(lookup.find({"tool", {}, path("")})) == "one/tool");
}

TEST_CASE_METHOD(programs, "a job may have another PATH, and each its own program") {
  put("one/tool");
  put("two/tool");
  const std::string other = path("two");
  program_lookup lookup(path("one"));
  CHECK(found(lookup.find({"tool"})) == path("one/tool"));
  CHECK(found(lookup.find({"tool", other})) == path("two/tool"));
  CHECK(found(lookup.find({"tool"})) == path("one/tool"));
  CHECK(lookup.find({"tool", ""}).error == ENOENT);  // an empty one is the directory alone
}
