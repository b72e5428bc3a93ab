// fmt, with what lib/src/fmt.cpp has compiled: files that format into a string of their own would
// compile it again.
#pragma once

#include <fmt/format.h>

#if FMT_VERSION < 110000
FMT_BEGIN_NAMESPACE
namespace detail {
extern template void vformat_to(buffer<char>&, string_view, basic_format_args<buffer_context<char>>,
                                locale_ref);
}  // namespace detail
FMT_END_NAMESPACE
#endif
