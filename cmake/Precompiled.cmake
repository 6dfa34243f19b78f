# Precompiled headers. A target can only use one that was compiled as it is itself, so there is one for each kind of code.
function(conductor_precompiled name header)
  add_library(${name} STATIC cmake/pch.cpp)
  target_link_libraries(${name} PRIVATE conductor_sdk)
  target_precompile_headers(${name} PRIVATE cmake/${header})
endfunction()

conductor_precompiled(conductor_pch pch.hpp)
conductor_precompiled(conductor_plugin_pch pch.hpp)
set_target_properties(conductor_plugin_pch PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
if(CONDUCTOR_TESTS)
  conductor_precompiled(conductor_test_pch pch_test.hpp)
  target_link_libraries(conductor_test_pch PRIVATE Boost::unit_test_framework)
  target_compile_definitions(conductor_test_pch PRIVATE BOOST_TEST_DYN_LINK)
  # As programs are compiled, and not as libraries.
  set_target_properties(conductor_test_pch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
endif()
