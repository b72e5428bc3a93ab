#include "record_bench.hpp"

#include <array>

namespace weir {
extern const record_format results_format;
}

using namespace weir;
using namespace weir::test;

namespace {

const std::string heading =
    "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,Stdout,Stderr\n";

/// A table that a resumed run has added one row to. \returns what precedes that row.
std::string kept_of(const std::string& name, const std::string& left, end_test knows = {}) {
  const record_bench b;
  record_settings settings = b.settings(name);
  settings.in_tree = true;
  settings.resumed = true;
  settings.knows = std::move(knows);
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

// Killed between a row and the joblog's line, a run left a row whose job ran again, and had two.
TEST_CASE("rows at the end of a record whose jobs have no end elsewhere are cut off") {
  const auto rows_of = [](const std::string& name) -> std::array<std::string, 3> {
    std::array<std::string, 3> rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string n = std::to_string(i + 1);
      if (name.ends_with(".jsonl"))
        rows[i] = "{\"seq\":" + n +
                  ",\"name\":\",\\\"started\\\":\\\"\",\"attempts\":1,\"started\":" +
                  "\"1970-01-01T00:00:0" + n + ".000400Z\",\"stdout\":\"" + std::string(5000, 'x') +
                  "\"}\n";
      else if (name.ends_with(".json"))
        rows[i] = "{ \"Seq\": " + n + ", \"Host\": \":\", \"Starttime\": " + n +
                  ".000, \"Stdout\": \"\" }\n";
      else
        rows[i] = n + ",:," + n + ".000,1.000,0,4,0,0,x,\"a\n\"\"b\n\",\n";
    }
    return rows;
  };
  for (const std::string name : {"r.csv", "r.json", "r.jsonl"}) {
    INFO(name);
    const std::string top = name == "r.csv" ? heading : "";
    const auto rows = rows_of(name);
    const auto kept = [&](std::uint64_t known) {
      return kept_of(name, top + rows[0] + rows[1] + rows[2], [known](const row_mark& row) {
        const auto since = row.started.value().time_since_epoch();
        CHECK(std::chrono::floor<std::chrono::seconds>(since).count() ==
              static_cast<std::int64_t>(row.seq));
        return row.seq == known;
      });
    };
    CHECK(kept(0) == top);
    CHECK(kept(1) == top + rows[0]);
    CHECK(kept(2) == top + rows[0] + rows[1]);
    CHECK(kept(3) == top + rows[0] + rows[1] + rows[2]);
  }
}
