# Installed layout: bin/conductor with its role links, lib/conductor/plugins/<kind>/<name>.so, share/conductor, etc/conductor.
get_property(plugins GLOBAL PROPERTY CONDUCTOR_PLUGINS)
foreach(plugin ${plugins})
  string(REGEX REPLACE "_.*" "" kind ${plugin})
  install(TARGETS ${plugin} LIBRARY DESTINATION ${CONDUCTOR_PLUGIN_DIR}/${kind})
endforeach()
install(DIRECTORY sdk/include/conductor DESTINATION include)
