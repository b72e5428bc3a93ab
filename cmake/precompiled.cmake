# Headers of others that many of our files include, compiled once (WEIR_PRECOMPILE): a file then takes about half the
# time. What a file includes it still names itself: the preset fuzz compiles values and input without.

function(weir_precompiled name)
  cmake_parse_arguments(arg "" "" "HEADERS;LIBS" ${ARGN})
  add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_compile_options(${name} PRIVATE ${WEIR_WARNINGS})
  target_link_libraries(${name} PRIVATE weir_fmt Boost::headers Threads::Threads ${arg_LIBS})
  target_precompile_headers(${name} PRIVATE
    <algorithm> <chrono> <cstdint> <functional> <memory> <optional> <string> <string_view> <unordered_map> <variant>
    <vector> ${PROJECT_SOURCE_DIR}/cmake/precompiled_fmt.hpp ${arg_HEADERS})
endfunction()

# Has to be compiled with the options of `from`: GCC takes no other.
function(weir_use_precompiled target from)
  if(WEIR_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

if(WEIR_PRECOMPILE)
  weir_precompiled(weir_precompiled_text)
  weir_precompiled(weir_precompiled_loop HEADERS
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp> <boost/asio/io_context.hpp>
    <boost/asio/post.hpp> <boost/asio/use_awaitable.hpp>)
endif()
