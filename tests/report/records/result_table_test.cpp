#include "record_bench.hpp"

namespace weir {
extern const record_format results_format;
}

using namespace weir;
using namespace weir::test;

namespace {

const std::string heading =
    "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,Stdout,Stderr\n";

/// A table that a resumed run has added one row to. \returns what precedes that row.
std::string kept_of(const std::string& name, const std::string& left) {
  const record_bench b;
  record_settings settings = b.settings(name);
  settings.in_tree = true;
  settings.resumed = true;
  std::ofstream(settings.path) << left;
  const auto table = results_format.open(settings);
  end(*table, words(2, {"new"}), 1, 2);
  table->finish();
  const std::string text = b.read(name);
  const std::size_t added = text.rfind('\n', text.size() - 2) + 1;
  CHECK(text.find("new", added) != std::string::npos);
  return text.substr(0, added);
}

}  // namespace

TEST_CASE("what a killed run left of a row is cut off, also within a cell of several lines") {
  const std::string row = "1,:,1.000,1.000,0,4,0,0,x,\"a\n\"\"b\n\",\n";
  for (std::size_t size = 0; size < row.size(); ++size) {
    INFO(size);
    CHECK(kept_of("r.csv", heading + row + row.substr(0, size)) == heading + row);
    CHECK(kept_of("r.csv", heading + row.substr(0, size)) == heading);
  }
  CHECK(kept_of("r.json", "{ \"Seq\": 1, \"Stdout\": \"\\\"\" }\n{ \"Seq\": 2") ==
        "{ \"Seq\": 1, \"Stdout\": \"\\\"\" }\n");
}
