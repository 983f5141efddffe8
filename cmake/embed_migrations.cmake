# Writes SOURCE: FILES, each NNNN_name.sql, as a table that FUNCTION() returns. Run by fanfare_migrations().
# Refuses names of another form and numbers with a gap: an applied migration is known by its number for ever.
cmake_minimum_required(VERSION 3.25)
set(files ${FILES})
list(SORT files)
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  get_filename_component(file_name ${file} NAME)
  if(NOT file_name MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)[.]sql$")
    message(FATAL_ERROR "${file}: migrations are named NNNN_name.sql, in lower case")
  endif()
  set(name ${CMAKE_MATCH_2})
  string(REGEX REPLACE "^0+" "" number "${CMAKE_MATCH_1}")
  math(EXPR count "${count} + 1")
  if(NOT number STREQUAL count)
    message(FATAL_ERROR "${file}: migration number ${count} is expected here; numbers have no gaps and come once")
  endif()
  file(READ ${file} sql)
  if(sql MATCHES "[)]migration\"")
    message(FATAL_ERROR "${file}: )migration\" ends the literal it is embedded in")
  endif()
  file(SHA256 ${file} checksum)
  string(APPEND rows "    {${number}, \"${name}\", \"${checksum}\",\n     R\"migration(${sql})migration\"},\n")
endforeach()
if(count EQUAL 0)
  set(body "  return {};\n")
else()
  set(body "  static constexpr std::array<Migration, ${count}> kMigrations = {{\n${rows}  }};\n  return kMigrations;\n")
endif()
file(WRITE ${SOURCE}.new
"#include <array>

#include \"workers/store/migration.hpp\"

namespace fanfare::workers::store {

std::span<const Migration> ${FUNCTION}() {
${body}}

}  // namespace fanfare::workers::store
")
file(RENAME ${SOURCE}.new ${SOURCE})
