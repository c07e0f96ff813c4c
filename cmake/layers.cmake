# One static library a folder, which links only the layers below it, and one test program a folder, made of the *_test.cc
# beside the sources. An arrow that is not declared here is a link error; tests/layers_test reads the #includes as well.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

add_library(gait_options INTERFACE)
target_include_directories(gait_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_include_directories(gait_options SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})

if(GAIT_TESTS)
  add_library(gait_doctest_main STATIC tests/support/doctest_main.cc tests/support/http_server.cc)
  target_link_libraries(gait_doctest_main PUBLIC gait_options doctest::doctest)
  # What is tested is built as it ships; the tests themselves in half the time.
  target_compile_options(gait_doctest_main PUBLIC $<$<CONFIG:Release>:-O0>)
endif()

# What nearly every file includes, read once: an option, and off where it counts that each file includes what it uses.
set(GAIT_PRECOMPILED <algorithm> <atomic> <condition_variable> <cstdint> <functional> <map> <memory> <mutex> <optional> <set> <span>
                     <string> <string_view> <unordered_map> <variant> <vector>)
function(gait_precompile target first)
  if(NOT GAIT_PRECOMPILE)
    return()
  elseif(target STREQUAL first)
    target_precompile_headers(${target} PRIVATE ${GAIT_PRECOMPILED} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${first})
  endif()
endfunction()

# What tests/layers_test reads: `name|folder folder|layer layer`.
set(GAIT_LAYERS_FILE ${PROJECT_BINARY_DIR}/generated/layers.txt)
file(WRITE ${GAIT_LAYERS_FILE} "")
set(GAIT_LAYERS "" CACHE INTERNAL "")
set(GAIT_LIBRARIES "" CACHE INTERNAL "")

# gait_layer(NAME FOLDER... [LAYERS layer...] [PRIVATE library...] [TEST_LAYERS layer...])
# A layer's tests may need layers above it to be driven: TEST_LAYERS.
function(gait_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LAYERS;PRIVATE;TEST_LAYERS")
  set(sources)
  set(tests)
  foreach(folder ${arg_UNPARSED_ARGUMENTS})
    file(GLOB all CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cc)
    foreach(file ${all})
      if(file MATCHES "_test\\.cc$")
        list(APPEND tests ${file})
      elseif(NOT file MATCHES "/main\\.cc$") # a program's
        list(APPEND sources ${file})
      endif()
    endforeach()
  endforeach()
  add_library(gait_${name} STATIC ${sources})
  list(JOIN arg_UNPARSED_ARGUMENTS " " folders)
  list(JOIN arg_LAYERS " " layers)
  file(APPEND ${GAIT_LAYERS_FILE} "${name}|${folders}|${layers}\n")
  list(TRANSFORM arg_LAYERS PREPEND gait_)
  target_link_libraries(gait_${name} PUBLIC gait_options ${arg_LAYERS} PRIVATE ${arg_PRIVATE})
  if(name MATCHES "^(json|lang|items)$")  # these may be built to be fuzzed, with options of their own
    gait_precompile(gait_${name} gait_${name})
  else()
    gait_precompile(gait_${name} gait_base)
  endif()
  set(GAIT_LAYERS ${GAIT_LAYERS} gait_${name} CACHE INTERNAL "")
  set(GAIT_LIBRARIES ${GAIT_LIBRARIES} ${arg_PRIVATE} CACHE INTERNAL "")
  if(GAIT_TESTS AND tests)
    add_executable(${name}_test ${tests})
    list(TRANSFORM arg_TEST_LAYERS PREPEND gait_)
    target_link_libraries(${name}_test PRIVATE ${arg_TEST_LAYERS} gait_${name} gait_doctest_main)
    # For tests that read what ships: schemas, documentation.
    target_compile_definitions(${name}_test PRIVATE GAIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    gait_precompile(${name}_test base_test <doctest/doctest.h>)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit)
  endif()
endfunction()

# The library that others link, made of the layers so far: every object in one archive and in one shared object, with a
# CMake package. `find_package(gait)` gives gait::gait (shared) and gait::gait_static.
function(gait_library)
  set(objects)
  foreach(layer ${GAIT_LAYERS})
    list(APPEND objects $<TARGET_OBJECTS:${layer}>)
  endforeach()
  list(REMOVE_DUPLICATES GAIT_LIBRARIES)
  foreach(kind static shared)
    string(TOUPPER ${kind} type)
    add_library(libgait_${kind} ${type} ${objects})
    set_target_properties(libgait_${kind} PROPERTIES OUTPUT_NAME gait LINKER_LANGUAGE CXX)
    target_link_libraries(libgait_${kind} PRIVATE ${GAIT_LIBRARIES})
    target_include_directories(libgait_${kind} INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated/include>
                                                         $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_compile_features(libgait_${kind} INTERFACE cxx_std_20)
  endforeach()
  set_target_properties(libgait_shared PROPERTIES EXPORT_NAME gait VERSION ${PROJECT_VERSION}
                                                  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set_target_properties(libgait_static PROPERTIES EXPORT_NAME gait_static)
  add_library(gait::gait ALIAS libgait_shared)
  add_library(gait::gait_static ALIAS libgait_static)
  # In the build tree the headers stand where they will be installed, so that a program includes them alike.
  set(headers gait.hpp gait.h)
  foreach(header ${headers})
    configure_file(${PROJECT_SOURCE_DIR}/api/${header} ${PROJECT_BINARY_DIR}/generated/include/gait/${header} COPYONLY)
  endforeach()

  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/gait)
  install(TARGETS libgait_static libgait_shared EXPORT gait)
  list(TRANSFORM headers PREPEND ${PROJECT_SOURCE_DIR}/api/)
  install(FILES ${headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gait)
  export(EXPORT gait NAMESPACE gait:: FILE ${PROJECT_BINARY_DIR}/gaitTargets.cmake)  # find_package in the build tree
  install(EXPORT gait NAMESPACE gait:: FILE gaitTargets.cmake DESTINATION ${package})
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/gaitConfig.cmake.in ${PROJECT_BINARY_DIR}/gaitConfig.cmake
                                INSTALL_DESTINATION ${package})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/gaitConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/gaitConfig.cmake ${PROJECT_BINARY_DIR}/gaitConfigVersion.cmake DESTINATION ${package})
endfunction()
