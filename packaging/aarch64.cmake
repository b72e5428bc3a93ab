# Debian's cross compiler for arm64. WEIR_ARM64_ROOT is a directory into which the packages of ./bootstrap were unpacked for
# arm64 (packaging/arm64_root makes it); the C and C++ libraries are the compiler's own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WEIR_ARM64_ROOT)

set(CMAKE_FIND_ROOT_PATH ${WEIR_ARM64_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Tests and checks of the build run what was built.
find_program(WEIR_QEMU NAMES qemu-aarch64-static qemu-aarch64)
if(WEIR_QEMU)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${WEIR_QEMU};-L;/usr/aarch64-linux-gnu)
endif()
