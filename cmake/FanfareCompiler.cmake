# Compiler settings that hold for every target: C++20, warnings as errors, the sanitizer of the preset, ccache.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(FANFARE_SANITIZERS "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
                    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Werror
                    -Wno-missing-field-initializers)  # designated initialisers leave out what keeps its default
# Paths relative to the source tree in messages and debug information: a second clone at another path hits the cache.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)

if(FANFARE_SANITIZERS)
  add_compile_options(-fsanitize=${FANFARE_SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${FANFARE_SANITIZERS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)  # its manual: sanitizers bring false positives; release checks it
  endif()
  if(FANFARE_SANITIZERS MATCHES "thread")
    add_compile_options(-Wno-tsan)  # GCC warns about atomic_thread_fence inside third-party headers
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
