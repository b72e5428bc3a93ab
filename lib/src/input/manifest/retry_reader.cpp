#include "input/manifest/retry_reader.hpp"

#include "input/manifest/job_reader.hpp"

namespace weir::doc {

namespace {

constexpr std::int64_t most_retries = 10'000;

void read_times(retry_settings& retry, const node& value, field_checker& check) {
  if (const auto times = check.whole(value, "retry.times", 0, most_retries))
    retry.times = static_cast<unsigned>(*times);
}

// Only what is listed is retried.
void read_on(retry_settings& retry, const node& value, field_checker& check) {
  const std::string_view expected = "exit codes and \"timeout\", such as [75, \"timeout\"]";
  const auto* array = check.array(value, "retry.on", expected);
  if (!array) return;
  if (array->empty()) return check.wrong(value, "retry.on", expected);
  retry.all_failures = false;
  retry.on_timeout = false;
  for (const node& element : *array) {
    const auto* word = element.as<std::string>();
    if (word && *word == "timeout")
      retry.on_timeout = true;
    else if (!element.as<std::int64_t>())
      check.wrong(element, "retry.on", "an exit code from 0 to 255, or \"timeout\"");
    else if (const auto code = check.whole(element, "retry.on", 0, 255))
      retry.exit_codes.push_back(static_cast<int>(*code));
  }
}

constexpr key_reader<retry_settings> retry_readers[] = {
    {"times", read_times},
    {"backoff",
     [](retry_settings& retry, const node& value, field_checker& check) {
       if (const auto span = check.span(value, "retry.backoff")) retry.backoff = *span;
     }},
    {"max",
     [](retry_settings& retry, const node& value, field_checker& check) {
       if (const auto span = check.span(value, "retry.max")) retry.longest_backoff = *span;
     }},
    {"on", read_on},
};

// Checks what can be judged only after all keys have been read.
void check_together(const retry_settings& retry, const node& value, field_checker& check) {
  const auto& table = *value.as<node::table>();
  const node* max = find(table, "max");
  if (!find(table, "times"))
    check.fault(value.at, "retry: \"times\" is missing, the number of further attempts");
  else if (max && !find(table, "backoff"))
    check.fault(max->at, "retry.max: it limits backoff, which is missing");
  else if (max && retry.longest_backoff < retry.backoff)
    check.wrong(*max, "retry.max", "a duration not shorter than backoff");
}

}  // namespace

std::optional<retry_settings> read_retry(const node& value, field_checker& check) {
  retry_settings retry;
  if (value.as<std::int64_t>()) {
    read_times(retry, value, check);
    return retry;
  }
  const auto* table = check.table(
      value, "retry",
      "a number of further attempts, or a table such as { times = 2, backoff = \"1s\" }");
  if (!table) return std::nullopt;
  const std::size_t before = check.fault_count();
  read_keys(*table, "retry", retry_readers, retry, check);
  if (check.fault_count() == before) check_together(retry, value, check);
  return retry;
}

std::vector<std::string_view> retry_keys() {
  return keys_of(retry_readers);
}

}  // namespace weir::doc
