# fanfare_planted_bug(NAME FILE LINE WRONG FILTER SOURCES… LINKS…): a build with one wrong line, and a test that passes
# only if the tests notice. LINE of FILE, which has to be there once, is replaced by WRONG in a copy of FILE; the copy,
# the test sources and the libraries make the program planted_NAME, whose tests of FILTER have to fail.
function(fanfare_planted_bug name file line wrong filter)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  set(original ${PROJECT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${original})
  file(READ ${original} text)
  string(FIND "${text}" "${line}" first)
  string(FIND "${text}" "${line}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "The planted bug ${name} needs this line in ${file}, once:\n${line}")
  endif()
  string(REPLACE "${line}" "${wrong}" text "${text}")
  set(copy ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  file(GENERATE OUTPUT ${copy} CONTENT "${text}")  # written only when it changes

  add_executable(planted_${name} ${copy} ${arg_SOURCES})
  target_link_libraries(planted_${name} PRIVATE ${arg_LINKS} GTest::gmock GTest::gtest_main)
  # The copy comes before the library that has the right one, so the linker never looks for that.
  set_target_properties(planted_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_options(planted_${name} PRIVATE -Wno-error)  # a wrong line may leave something unused
  add_dependencies(tests_fault planted_${name})
  add_test(NAME fault/Planted.${name} COMMAND planted_${name} --gtest_filter=${filter})
  # That the test says it failed, not that the program did: a crash, or no test of that name, is no proof.
  set_tests_properties(fault/Planted.${name} PROPERTIES LABELS fault TIMEOUT 300
    PASS_REGULAR_EXPRESSION "FAILED  \\] ${filter}")
endfunction()
