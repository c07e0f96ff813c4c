# Tests that no single folder owns. Labels: unit (seconds, by folder), threads (what TSan should see), program (the program as
# its users call it), crash (kill -9, real or simulated), simulation, fuzz, load, conformance (against the corpora, skipped
# where they are absent), install.
set(layers_with_threads store integrations run api server testing)
set_property(TEST ${layers_with_threads} APPEND PROPERTY LABELS threads)

# gait_test(NAME LABELS SOURCE LAYERS...)
function(gait_test name labels source)
  add_executable(${name}_test ${source})
  list(TRANSFORM ARGN PREPEND gait_)
  target_link_libraries(${name}_test PRIVATE ${ARGN} gait_doctest_main)
  target_compile_definitions(${name}_test PRIVATE GAIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" GAIT_LAYERS_FILE="${GAIT_LAYERS_FILE}")
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES LABELS "${labels}")
endfunction()

gait_test(layers unit tests/layers_test.cc base)
gait_test(fuzz fuzz tests/fuzz_test.cc run states)
gait_test(load "load;threads" tests/load_test.cc api)

# The engine under a seed: tests/simulation/world.h. `simulation --seed N --runs M` searches further, and replays.
file(GLOB simulation_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/simulation/*.cc)
add_executable(simulation ${simulation_sources})
target_link_libraries(simulation PRIVATE gait_api)
add_test(NAME simulation COMMAND simulation --seed 1 --runs 500)
set_tests_properties(simulation PROPERTIES LABELS "simulation;crash")
# It would find them.
foreach(bug effect-before-commit token-twice timer-lost stored-timer-lost heartbeat-lost cursor-first succeeded-again)
  add_test(NAME simulation_bites_${bug} COMMAND simulation --planted ${bug} --runs 1000)
  set_tests_properties(simulation_bites_${bug} PROPERTIES LABELS "simulation;crash")
endforeach()

add_executable(c_header_test tests/c_header_test.c)
target_link_libraries(c_header_test PRIVATE gait::gait gait_options)
# Linked as C++, because sanitizers have a runtime for that of their own.
set_target_properties(c_header_test PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF LINKER_LANGUAGE CXX)
add_test(NAME c_header COMMAND c_header_test)
set_tests_properties(c_header PROPERTIES LABELS unit)

# Another version of clang-format has another taste.
find_program(CLANG_FORMAT NAMES clang-format-14 clang-format REQUIRED)
set(formatted)
foreach(folder api bench cli engine integrations lsp samples server states templates testing tests)
  set(patterns *.cc *.h *.hpp *.c)
  list(TRANSFORM patterns PREPEND ${PROJECT_SOURCE_DIR}/${folder}/)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${patterns})
  list(APPEND formatted ${files})
endforeach()
add_test(NAME format COMMAND ${CLANG_FORMAT} --dry-run -Werror ${formatted})
set_tests_properties(format PROPERTIES LABELS unit)

find_package(Python3 REQUIRED COMPONENTS Interpreter)

# gait_program_test(NAME LABELS): tests/program/test_NAME.py
function(gait_program_test name labels)
  add_test(NAME ${name} COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/program/test_${name}.py)
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" ENVIRONMENT "GAIT=$<TARGET_FILE:gait>;PYTHONDONTWRITEBYTECODE=1")
endfunction()

gait_program_test(run_program program)
gait_program_test(bad_input program)
gait_program_test(graph_diff program)
gait_program_test(diagnostics program)
gait_program_test(validate program)
gait_program_test(validate_inputs program)
gait_program_test(test_state program)
gait_program_test(item_reader program)
gait_program_test(map_runs program)
gait_program_test(map_input program)
gait_program_test(samples program)
# The workflows of samples/, by the tests beside them.
add_test(NAME workflow_tests COMMAND gait test samples --coverage --min-coverage 100 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties(workflow_tests PROPERTIES LABELS program)
add_test(NAME workflow_tests_program COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/program/test_workflow_tests.py)
set_tests_properties(workflow_tests_program PROPERTIES LABELS program ENVIRONMENT "GAIT=$<TARGET_FILE:gait>;PYTHONDONTWRITEBYTECODE=1")
gait_program_test(serve "program;threads")
gait_program_test(api_model program)
gait_program_test(editor program)
gait_program_test(mocks "program;crash")
gait_program_test(replay program)
gait_program_test(logs "program;threads")
gait_program_test(server_operations "program;threads")
set_tests_properties(server_operations PROPERTIES RUN_SERIAL TRUE)  # it has slow clients, and measures them
gait_program_test(durability "crash;threads")
gait_program_test(faults crash)
add_test(NAME kill COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/kill.py --kills 20 --seed 1)
foreach(mode standard express redrive)
  add_test(NAME kill_map_run_${mode} COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/kill_map_run.py --kills 5 --items 3000
                                             --seed 1 --mode ${mode})
endforeach()
set_tests_properties(kill kill_map_run_standard kill_map_run_express kill_map_run_redrive PROPERTIES
                     LABELS crash ENVIRONMENT "GAIT=$<TARGET_FILE:gait>;PYTHONDONTWRITEBYTECODE=1")
add_test(NAME api_fuzz COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/api_fuzz.py --requests 3000)
set_tests_properties(api_fuzz PROPERTIES LABELS fuzz SKIP_RETURN_CODE 77
                                          ENVIRONMENT "GAIT=$<TARGET_FILE:gait>;PYTHONDONTWRITEBYTECODE=1")
if(NOT GAIT_SANITIZE)
  gait_program_test(clients program)
  gait_program_test(schema program)
  gait_program_test(s3 program)
  gait_program_test(install install)
  set_tests_properties(install PROPERTIES RUN_SERIAL TRUE)
endif()

set(suites jsonata jsonpath intrinsics definitions templates recorded mocks logs)
if(NOT GAIT_SANITIZE)
  list(APPEND suites replays)  # each history runs four times
endif()
foreach(suite ${suites})
  add_test(NAME conformance_${suite} COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/conformance.py ${suite})
  set_tests_properties(conformance_${suite} PROPERTIES LABELS conformance SKIP_RETURN_CODE 77
                                                       ENVIRONMENT "GAIT=$<TARGET_FILE:gait>")
endforeach()

add_test(NAME jsonata_differential COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/jsonata_differential.py --count 2000)
set_tests_properties(jsonata_differential PROPERTIES LABELS conformance SKIP_RETURN_CODE 77
                                                     ENVIRONMENT "GAIT=$<TARGET_FILE:gait>;PYTHONDONTWRITEBYTECODE=1")

# libFuzzer is clang's.
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang AND GAIT_SANITIZE MATCHES address)
  foreach(layer json lang items)  # so that it sees which ways an input takes
    target_compile_options(gait_${layer} PRIVATE -fsanitize=fuzzer-no-link)
  endforeach()
  # gait_fuzz(NAME LAYER SEEDS): tests/fuzz/NAME.cc, and the folder below tests/ that it begins with
  function(gait_fuzz name layer seeds)
    add_executable(${name} tests/fuzz/${name}.cc)
    target_link_libraries(${name} PRIVATE gait_${layer})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    # What it finds of new inputs goes to a folder of the build's own, the first that is named.
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz/${name})
    add_test(NAME ${name} COMMAND ${name} -max_total_time=30 -timeout=10 -rss_limit_mb=2048
                                  -artifact_prefix=${PROJECT_BINARY_DIR}/fuzz/${name}- ${PROJECT_BINARY_DIR}/fuzz/${name}
                                  ${PROJECT_SOURCE_DIR}/tests/${seeds})
    set_tests_properties(${name} PROPERTIES LABELS fuzz)
  endfunction()
  gait_fuzz(jsonata_parse_fuzz lang fuzz/jsonata_seeds)
  gait_fuzz(jsonata_evaluate_fuzz lang fuzz/jsonata_seeds)
  gait_fuzz(csv_items_fuzz items fuzz/csv_seeds)
  gait_fuzz(json_items_fuzz items fuzz/json_seeds)
  gait_fuzz(manifest_fuzz items fuzz/manifest_seeds)
  gait_fuzz(parquet_fuzz items data/parquet)
endif()

# What `ctest -L threads` runs.
list(TRANSFORM layers_with_threads APPEND _test)
add_custom_target(threads_tests DEPENDS gait load_test ${layers_with_threads})
