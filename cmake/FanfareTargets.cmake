# The three kinds of target. Sources are named in each folder's CMakeLists.txt; the target's name is its path.

# fanfare_compile_together(TARGET): eight sources are compiled as one (CMake's unity build), where most of a source's time
# goes into the same headers and templates. Who works on one source uses the preset dev, where each is compiled by itself.
function(fanfare_compile_together target)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# fanfare_library(NAME SOURCES… LINKS… [TOGETHER]): a static library whose headers are included by their path from the
# source root; TOGETHER for small sources that all use JSON or CLI11.
function(fanfare_library name)
  cmake_parse_arguments(arg "TOGETHER" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  if(arg_TOGETHER)
    fanfare_compile_together(${name})
  endif()
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(${name} PUBLIC ${arg_LINKS})
endfunction()

# fanfare_program(NAME SOURCES… LINKS…): something a user runs; part of the target `programs` and of the installation.
function(fanfare_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINKS})
  add_dependencies(programs ${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
endfunction()

# Half a processor is the unit of ctest --parallel: a test takes a whole one, one that mostly waits half of it.
set(FANFARE_BUSY PROCESSORS 2)
set(FANFARE_WAITING PROCESSORS 1 COST 100)  # first, so that others run beside it

# fanfare_test(NAME LABEL SOURCES… LINKS… [POSTGRES] [WAITING PATTERN…]): a GoogleTest program; each of its tests is a
# ctest with that label. POSTGRES for those that use tests/support/postgres.hpp: CTest starts one server for all of them.
# WAITING: which of its tests mostly wait, for leases and the like, as patterns of --gtest_filter.
function(fanfare_test name label)
  cmake_parse_arguments(arg "POSTGRES" "" "SOURCES;LINKS;WAITING" ${ARGN})
  set(postgres "")
  if(arg_POSTGRES)
    list(APPEND arg_LINKS fanfare_test_postgres)
    set(postgres FIXTURES_REQUIRED postgres ENVIRONMENT FANFARE_TEST_POSTGRES=${CMAKE_BINARY_DIR}/tests/postgres)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINKS} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  fanfare_compile_together(${name})
  foreach(source ${arg_SOURCES})
    # Only where they are named: a source compiled with an absolute path is not found in the cache from another clone.
    file(STRINGS ${source} names_a_path REGEX "FANFARE_(SOURCE|BIN)_DIR" LIMIT_COUNT 1)
    if(names_a_path)
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS
        FANFARE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" FANFARE_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    endif()
  endforeach()
  fanfare_test_labels(labels ${label})
  foreach(each ${labels})
    add_dependencies(tests_${each} ${name})
  endforeach()
  set(properties RUN_SERIAL ${FANFARE_RUN_SERIAL_${label}} TIMEOUT 300 ${postgres})
  set(busy "")
  if(arg_WAITING)
    string(JOIN ":" waiting ${arg_WAITING})
    set(busy TEST_FILTER "-${waiting}")
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 TEST_PREFIX "${label}/" TEST_FILTER "${waiting}"
                         TEST_LIST ${name}_WAITING PROPERTIES ${properties} ${FANFARE_WAITING})
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 TEST_PREFIX "${label}/" ${busy}
                       PROPERTIES ${properties} ${FANFARE_BUSY})
  # gtest_discover_tests() can pass one label only; CTest reads this file after the list of tests it found.
  set(labels_file ${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake)
  file(CONFIGURE OUTPUT ${labels_file} @ONLY CONTENT [[
    if(@name@_TESTS)
      set_tests_properties(${@name@_TESTS} ${@name@_WAITING} PROPERTIES LABELS "@labels@")
    endif()
  ]])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${labels_file})
endfunction()

# fanfare_command_test(NAME LABEL COMMAND… [DEPENDS TARGET…]): a script as one ctest. It finds the sources and programs
# in the environment.
function(fanfare_command_test name label)
  cmake_parse_arguments(arg "" "" "COMMAND;DEPENDS" ${ARGN})
  fanfare_test_labels(labels ${label})
  foreach(each ${labels})
    add_dependencies(tests_${each} programs ${arg_DEPENDS})
  endforeach()
  add_test(NAME ${label}/${name} COMMAND ${arg_COMMAND})
  set_tests_properties(${label}/${name} PROPERTIES
    LABELS "${labels}" RUN_SERIAL ${FANFARE_RUN_SERIAL_${label}} TIMEOUT 300 ${FANFARE_BUSY}
    ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;FANFARE_SOURCE_DIR=${PROJECT_SOURCE_DIR};FANFARE_BIN_DIR=${CMAKE_BINARY_DIR}/bin")
endfunction()
