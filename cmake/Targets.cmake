# The three shapes that targets have here. Each folder's CMakeLists.txt is one or two lines.

# conductor_component(NAME [DEPENDS …]): a static library of all *.cpp of the folder; its headers are included as
# "core/http/server.hpp", "services/api/routes.hpp".
function(conductor_component name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC conductor_sdk ${ARG_DEPENDS})
  target_precompile_headers(${name} REUSE_FROM conductor_pch)
endfunction()

# conductor_plugin(KIND NAME [DEPENDS …]): plugins/<kind>/<name>.so of all *.cpp of the folder, plus <kind>_<name>_objects, the
# same code as an object library for its unit tests.
function(conductor_plugin kind name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(objects ${kind}_${name}_objects)
  add_library(${objects} OBJECT ${sources})
  set_target_properties(${objects} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_include_directories(${objects} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${objects} PUBLIC conductor_sdk ${ARG_DEPENDS})
  target_precompile_headers(${objects} REUSE_FROM conductor_plugin_pch)
  add_library(${kind}_${name} MODULE)
  target_link_libraries(${kind}_${name} PRIVATE ${objects})
  set_target_properties(${kind}_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${CONDUCTOR_PLUGIN_DIR}/${kind})
  target_link_options(${kind}_${name} PRIVATE -Wl,--no-undefined)
  if(CONDUCTOR_SANITIZE)
    target_link_options(${kind}_${name} PRIVATE -Wl,--undefined-version -Wl,-z,undefs)
  endif()
  set_property(GLOBAL APPEND PROPERTY CONDUCTOR_PLUGINS ${kind}_${name})
endfunction()

# conductor_cases(NAME PROGRAM LABEL TIMEOUT [CASES cases] [ENVIRONMENT …]): cases of a test program, or all, as a test of their own.
# Those with the label `long` are built and run by the preset of that name, where the product is optimized.
function(conductor_cases name program label timeout)
  cmake_parse_arguments(ARG "" "CASES" "ENVIRONMENT" ${ARGN})
  if(ARG_CASES)
    set(ARG_CASES --run_test=${ARG_CASES})
  endif()
  add_test(NAME ${name} COMMAND ${program} ${ARG_CASES} --log_level=test_suite --report_level=short --color_output=no)
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout}
    ENVIRONMENT "CONDUCTOR_BUILD_DIR=${PROJECT_BINARY_DIR};CONDUCTOR_SOURCE_DIR=${PROJECT_SOURCE_DIR};${ARG_ENVIRONMENT}")
  if(label STREQUAL long)
    add_dependencies(long_tests ${program})
  endif()
endfunction()

# conductor_test(NAME LABEL unit|conformance|e2e [SOURCES …] [DEPENDS …] [TIMEOUT s]): one Boost.Test program of the folder's
# *.cpp, or of SOURCES, registered with ctest under NAME. Six files at a time are compiled as one, which takes half the time: what
# is local to a file has a name of its own in its folder.
function(conductor_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPENDS;ENVIRONMENT" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB ARG_SOURCES CONFIGURE_DEPENDS *.cpp)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(test_${name} ${ARG_SOURCES})
  target_precompile_headers(test_${name} REUSE_FROM conductor_test_pch)
  target_link_libraries(test_${name} PRIVATE conductor_test_main ${ARG_DEPENDS})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(test_${name} PRIVATE -Wno-subobject-linkage)  # of fixtures in anonymous namespaces: each is in one file
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests POSITION_INDEPENDENT_CODE OFF
    UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  conductor_cases(${name} test_${name} ${ARG_LABEL} ${ARG_TIMEOUT} ENVIRONMENT ${ARG_ENVIRONMENT})
  if(ARG_LABEL STREQUAL e2e)
    # Whole installations: each wants the machine for itself.
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# Adds every sub-folder that has a CMakeLists.txt, so that a new plugin or test folder needs no line elsewhere.
function(conductor_add_subfolders)
  file(GLOB folders CONFIGURE_DEPENDS */CMakeLists.txt)
  foreach(folder ${folders})
    get_filename_component(folder ${folder} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()
