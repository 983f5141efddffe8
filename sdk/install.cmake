# What a program outside this tree builds on, as the component `sdk`: the public headers, one static library, and the
# package that find_package(fanfare) finds.
include(CMakePackageConfigHelpers)

add_library(fanfare_sdk_archive STATIC
  $<TARGET_OBJECTS:fanfare_protocol> $<TARGET_OBJECTS:fanfare_sdk_session> $<TARGET_OBJECTS:fanfare_sdk>)
set_target_properties(fanfare_sdk_archive PROPERTIES OUTPUT_NAME fanfare EXPORT_NAME sdk LINKER_LANGUAGE CXX)
target_compile_features(fanfare_sdk_archive INTERFACE cxx_std_20)
target_include_directories(fanfare_sdk_archive INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(fanfare_sdk_archive PUBLIC Threads::Threads PRIVATE PkgConfig::ZMQ)
add_dependencies(programs fanfare_sdk_archive)  # `cmake --install` after scripts/build finds it

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/fanfare)
install(TARGETS fanfare_sdk_archive EXPORT fanfareTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/protocol/fanfare ${PROJECT_SOURCE_DIR}/sdk/fanfare
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk FILES_MATCHING PATTERN "*.hpp")
install(EXPORT fanfareTargets NAMESPACE fanfare:: DESTINATION ${package_dir} COMPONENT sdk)

configure_package_config_file(fanfareConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/fanfareConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/fanfareConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/fanfareConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/fanfareConfigVersion.cmake
        DESTINATION ${package_dir} COMPONENT sdk)
