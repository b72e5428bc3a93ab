#include "report/records/result_name.hpp"
#include "record_bench.hpp"

using namespace weir;
using namespace weir::test;

TEST_CASE("a result is called by the job's name, else its item, else its command line") {
  job_spec j = words(1, {"gzip", "a b"});
  CHECK(result_name(j) == "gzip 'a b'");
  j.item = "a b";
  CHECK(result_name(j) == "a b");
  j.name = "pack";
  CHECK(result_name(j) == "pack");
}

TEST_CASE("the result of a job that reads a block is called by its number") {
  job_spec j = words(7, {"wc", "-l"});
  auto settings = std::make_shared<job_settings>(*j.settings);
  settings->input = block_input{};
  j.settings = settings;
  j.item = "";
  CHECK(result_name(j) == "7");
  j.item = "a";  // with --tee
  CHECK(result_name(j) == "a");
  j.name = "count";
  CHECK(result_name(j) == "count");
}

TEST_CASE("an ordinary name stays as it is in a path") {
  for (const std::string name : {"a.log", "a b", "ä€", "-rf", "~", "a..b", "x'\"$(rm)"})
    CHECK(path_component(name) == name);
}

TEST_CASE("no name leads out of its directory or hides in it") {
  CHECK(path_component("") == "%00");
  CHECK(path_component(".") == "%2E");
  CHECK(path_component("..") == "%2E.");
  CHECK(path_component("../../etc/passwd") == "%2E.%2F..%2Fetc%2Fpasswd");
  CHECK(path_component(".bashrc") == "%2Ebashrc");
  CHECK(path_component("/") == "%2F");
  CHECK(path_component("a\nb\x1b\x7f") == "a%0Ab%1B%7F");
  CHECK(path_component("a\xff\xc3") == "a%FF%C3");
  CHECK(path_component("100%") == "100%25");
}

TEST_CASE("long names are cut between characters and stay apart") {
  const std::string fits(200, 'x');
  CHECK(path_component(fits) == fits);
  const std::string a = path_component(fits + "a");
  const std::string b = path_component(fits + "b");
  CHECK(a.size() == 200);
  CHECK(a != b);
  CHECK(a.substr(0, 183) == fits.substr(0, 183));
  std::string wide = "x";
  for (int i = 0; i < 100; ++i) wide += "€";
  const std::string cut = path_component(wide);
  CHECK(cut.size() <= 200);
  CHECK(cut.substr(cut.find('~') - 3, 3) == "€");
  const std::string slashes = path_component(std::string(100, '/'));
  CHECK(slashes.substr(slashes.find('~') - 3, 3) == "%2F");
}
