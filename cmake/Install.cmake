# Installed layout: bin/conductor with its role links and bin/conductor-store-conformance, lib/conductor/plugins/<kind>/<name>.so, include/conductor/sdk,
# share/conductor (sample configuration, examples, service units, plugin template), share/doc/conductor.
get_property(plugins GLOBAL PROPERTY CONDUCTOR_PLUGINS)
foreach(plugin ${plugins})
  string(REGEX REPLACE "_.*" "" kind ${plugin})
  install(TARGETS ${plugin} LIBRARY DESTINATION ${CONDUCTOR_PLUGIN_DIR}/${kind})
endforeach()
install(TARGETS conductor RUNTIME DESTINATION bin)
foreach(role api controller data solver reservation)
  install(FILES ${PROJECT_BINARY_DIR}/bin/conductor-${role} DESTINATION bin)  # a link to conductor
endforeach()
install(DIRECTORY sdk/include/conductor sdk/support/include/conductor DESTINATION include)
install(DIRECTORY etc/ DESTINATION share/conductor)
install(DIRECTORY sdk/template sdk/docs sdk/conformance DESTINATION share/conductor/sdk)
install(FILES README.md DESTINATION share/doc/conductor)
install(DIRECTORY docs/ DESTINATION share/doc/conductor)
