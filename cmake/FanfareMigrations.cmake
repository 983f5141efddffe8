# fanfare_migrations(TARGET FUNCTION FOLDER): builds FOLDER's NNNN_name.sql into TARGET as what
# fanfare::workers::store::FUNCTION() returns. A file that is added, changed or removed is noticed by the next build.
function(fanfare_migrations target function folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_migrations.cmake)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -D "FILES=${files}" -D FUNCTION=${function} -D SOURCE=${source} -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding the migrations of ${folder}" VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
