# Builds with one wrong line, and tests that pass only if it is noticed.

# fanfare_plant(RESULT NAME FILE LINE WRONG): a copy of FILE in which LINE, which has to be there once, is WRONG; its path
# in RESULT. It comes before the library that has the right one, so the linker never looks for that.
function(fanfare_plant result name file line wrong)
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
  set(${result} ${copy} PARENT_SCOPE)
endfunction()

# fanfare_planted_bug(NAME FILE LINE WRONG FILTER SOURCES… LINKS…): the program planted_NAME of the copy, the test sources
# and the libraries; its tests of FILTER have to fail.
function(fanfare_planted_bug name file line wrong filter)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  fanfare_plant(copy ${name} ${file} "${line}" "${wrong}")
  add_executable(planted_${name} ${copy} ${arg_SOURCES})
  target_link_libraries(planted_${name} PRIVATE ${arg_LINKS} GTest::gmock GTest::gtest_main)
  set_target_properties(planted_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_options(planted_${name} PRIVATE -Wno-error)  # a wrong line may leave something unused
  add_dependencies(tests_fault planted_${name})
  add_test(NAME fault/Planted.${name} COMMAND planted_${name} --gtest_filter=${filter})
  # That the test says it failed, not that the program did: a crash, or no test of that name, is no proof.
  set_tests_properties(fault/Planted.${name} PROPERTIES LABELS fault TIMEOUT 300 ${FANFARE_BUSY}
    PASS_REGULAR_EXPRESSION "FAILED  \\] ${filter}")
endfunction()

# fanfare_planted_simulation(NAME FILE LINE WRONG): the simulation with the copy. Each of 20 seeds has to find it within a
# million steps, by a complaint of the checker; the test prints how many each needed.
function(fanfare_planted_simulation name file line wrong)
  fanfare_plant(copy ${name} ${file} "${line}" "${wrong}")
  add_executable(simulate_${name} ${copy} ${PROJECT_SOURCE_DIR}/tests/simulation/main.cpp)
  target_link_libraries(simulate_${name} PRIVATE fanfare_simulation)
  set_target_properties(simulate_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_options(simulate_${name} PRIVATE -Wno-error)
  add_dependencies(tests_simulation simulate_${name})
  add_test(NAME simulation/Planted.${name} COMMAND simulate_${name} --seed 1 --find 20 --steps 1000000)
  set_tests_properties(simulation/Planted.${name} PROPERTIES LABELS simulation TIMEOUT 300 ${FANFARE_BUSY}
    PASS_REGULAR_EXPRESSION "FOUND by all 20 seeds")
endfunction()
