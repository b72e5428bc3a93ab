// Targets and routes: pure.
#include "support/catch.hpp"
#include "web/route_table.hpp"
#include "web/target.hpp"

using namespace weir::web::detail;

namespace {

std::vector<std::string> segments_of(std::string_view text) {
  target t;
  if (!t.parse(text)) return {"refused"};
  return t.segments();
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("targets are split before they are decoded") {
  CHECK(segments_of("/a/b") == list{"a", "b"});
  CHECK(segments_of("/") == list{""});
  CHECK(segments_of("/a/") == list{"a", ""});
  CHECK(segments_of("/a%2Fb/c%20d") == list{"a/b", "c d"});
  CHECK(segments_of("http://host:80/a?q=/x") == list{"a"});
  CHECK(segments_of("http://host") == list{""});
  CHECK(segments_of("http://host?q") == list{""});
  CHECK(segments_of("*").empty());
}

TEST_CASE("targets that could be taken for something else are refused") {
  for (const char* bad : {"", "a", "/%", "/%2", "/%zz", "/%00", "/..", "/a/../b", "/%2e%2E/x", "/.",
                          "/a b", "/a#b", "http:///a", "://h/a", "host:80", "/\x7f", "**"})
    CHECK(segments_of(bad) == list{"refused"});
}

TEST_CASE("queries are decoded") {
  CHECK(query_value("a=1&b=2&a=3", "a") == "1");
  CHECK(query_value("a=x+y%26", "a") == "x y&");
  CHECK(query_value("flag&a", "flag") == "");
  CHECK_FALSE(query_value("a=1", "b"));
  CHECK_FALSE(query_value("a=%zz", "a"));
  CHECK(query_value("a=b=c&&", "a") == "b=c");
}
