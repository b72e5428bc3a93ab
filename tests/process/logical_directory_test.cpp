#include "process/logical_directory.hpp"
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <filesystem>

using weir::logical_directory;
namespace fs = std::filesystem;

TEST_CASE("a directory is named as it was gone to") {
  CHECK(logical_directory("/a/b", std::string("c")) == "/a/b/c");
  CHECK(logical_directory("/a/b", std::string("./c//d/.")) == "/a/b/c/d");
  CHECK(logical_directory("/a/b", std::string("/usr/")) == "/usr");
  CHECK(logical_directory("/", std::string("usr")) == "/usr");
  CHECK(logical_directory("", std::string("/usr")) == "/usr");
  CHECK(logical_directory("/usr/lib", std::string("/usr/lib/..")) == "/usr");
  CHECK(logical_directory("/usr", std::string("/..")) == "/");
}

TEST_CASE("without a name of where one is, a relative one has none") {
  CHECK(logical_directory("", std::string("c")).empty());
}

TEST_CASE("a link stays in the name, unless .. leads out of where it goes") {
  const test::test_space t;
  fs::create_directories(t.path("far/away"));
  fs::create_directory(t.path("far/other"));
  fs::create_symlink("far/away", t.path("link"));
  CHECK(logical_directory("", t.path("link")) == t.path("link"));
  CHECK(logical_directory("", t.path("link/../other")) ==
        fs::canonical(t.path("far/other")).string());
}

TEST_CASE("PWD is believed as long as it is true") {
  const std::string here = fs::current_path().string();
  CHECK(logical_directory(here) == here);
  CHECK(logical_directory("/") == here);
  CHECK(logical_directory("relative") == here);
  CHECK(logical_directory(here + "/.") == here);
}
