# gait_embed(TARGET HEADER VARIABLE FILE...): makes generated/HEADER, in which VARIABLE is an array of the files' names
# and texts, and builds it before TARGET. The header needs no other: `inline constexpr std::string_view VARIABLE[][2]`.
function(gait_embed target header variable)
  set(output ${PROJECT_BINARY_DIR}/generated/${header})
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake)
  list(JOIN ARGN "|" files)  # a semicolon would end the argument
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DVARIABLE=${variable} "-DFILES=${files}" -P ${script}
    DEPENDS ${ARGN} ${script}
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
