# RE2 as the target re2::re2. Debian's package has no file for CMake. The archive comes first: weir is linked
# statically where that is possible, and is one file that runs anywhere elsewhere, too. Since 2023 it stands on Abseil.
if(NOT TARGET re2::re2)
  find_path(RE2_INCLUDE_DIR re2/re2.h)
  find_library(RE2_LIBRARY NAMES libre2.a re2)
  include(FindPackageHandleStandardArgs)
  find_package_handle_standard_args(RE2 REQUIRED_VARS RE2_LIBRARY RE2_INCLUDE_DIR)
  mark_as_advanced(RE2_INCLUDE_DIR RE2_LIBRARY)
  if(RE2_FOUND)
    find_package(Threads REQUIRED)
    set(re2_links Threads::Threads)
    file(STRINGS "${RE2_INCLUDE_DIR}/re2/re2.h" re2_abseil REGEX "include \"absl/")
    # Abseil's archives need each other, and its files for CMake name shared libraries in Debian.
    cmake_path(GET RE2_LIBRARY PARENT_PATH re2_directory)
    file(GLOB abseil_archives "${re2_directory}/libabsl_*.a")
    if(re2_abseil AND RE2_LIBRARY MATCHES "\\.a$" AND abseil_archives)
      list(APPEND re2_links "-Wl,--start-group" ${abseil_archives} "-Wl,--end-group")
    elseif(re2_abseil)
      find_package(absl REQUIRED CONFIG)
      foreach(part IN ITEMS absl_check absl_log base core_headers fixed_array flags flat_hash_map flat_hash_set hash
          inlined_vector optional span str_format strings synchronization)
        list(APPEND re2_links absl::${part})
      endforeach()
    endif()
    add_library(re2::re2 UNKNOWN IMPORTED)
    set_target_properties(re2::re2 PROPERTIES
      IMPORTED_LOCATION "${RE2_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${RE2_INCLUDE_DIR}"
      INTERFACE_LINK_LIBRARIES "${re2_links}")
  endif()
endif()
