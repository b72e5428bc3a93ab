#include "report/ci_groups.hpp"

#include <fmt/format.h>

namespace weir {

namespace {

bool folds(verdict judged) {
  return judged == verdict::succeeded || judged == verdict::skipped;
}

bool is_true(const environment& variable, const char* name) {
  const char* value = variable(name);
  return value != nullptr && value == std::string_view("true");
}

std::string encoded(std::string_view text, std::string_view special) {
  std::string to;
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos)
      to += c;
    else
      fmt::format_to(std::back_inserter(to), "%{:02X}", static_cast<unsigned char>(c));
  }
  return to;
}

std::string heading(const output_group& group) {
  return fmt::format("{}{}{}", folds(group.judged) ? "" : "weir: failed: ", group.title,
                     group.only_stderr ? " (stderr)" : "");
}

class github_groups final : public group_marks {
 public:
  std::unique_ptr<log_guard> guard() const override { return github_guard(); }
  group_frame around(const output_group& group) const override {
    // Another stream of the step may have a group open: a failure must not be folded into it.
    if (!folds(group.judged)) return {"::endgroup::\n" + heading(group) + '\n', ""};
    return {"::group::" + github_data(heading(group)) + '\n', "::endgroup::\n"};
  }
};

class gitlab_sections final : public group_marks {
 public:
  explicit gitlab_sections(std::string id) : id_(std::move(id)) {}

  std::unique_ptr<log_guard> guard() const override { return gitlab_guard(); }

  group_frame around(const output_group& group) const override {
    const std::string name =
        fmt::format("weir_{}_{}{}", id_, group.seq, group.only_stderr ? "_err" : "");
    const auto unix_time = [](std::chrono::system_clock::time_point at) {
      return std::chrono::system_clock::to_time_t(at);
    };
    return {fmt::format("\x1b[0Ksection_start:{}:{}{}\r\x1b[0K{}\n", unix_time(group.from), name,
                        folds(group.judged) ? "[collapsed=true]" : "", heading(group)),
            fmt::format("\x1b[0Ksection_end:{}:{}\r\x1b[0K\n", unix_time(group.to), name)};
  }

 private:
  std::string id_;
};

}  // namespace

ci_kind ci_from(const environment& variable) {
  if (variable("WEIR_SEQ") != nullptr) return ci_kind::none;
  if (is_true(variable, "GITHUB_ACTIONS")) return ci_kind::github;
  return is_true(variable, "GITLAB_CI") ? ci_kind::gitlab : ci_kind::none;
}

std::unique_ptr<group_marks> marks_for(ci_kind kind, const std::string& id) {
  if (kind == ci_kind::github) return std::make_unique<github_groups>();
  if (kind == ci_kind::gitlab) return std::make_unique<gitlab_sections>(id);
  return nullptr;
}

std::string github_data(std::string_view text) {
  return encoded(text, "%\r\n");
}

std::string github_property(std::string_view text) {
  return encoded(text, "%\r\n:,");
}

}  // namespace weir
