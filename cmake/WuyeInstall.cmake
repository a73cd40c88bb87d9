# What an installed wuye consists of: both libraries, their headers, find_package and pkg-config files, licence.
include(CMakePackageConfigHelpers)
install(TARGETS wuye_core wuye EXPORT wuyeTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wuye)
install(DIRECTORY include/wuye DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT wuyeTargets NAMESPACE wuye:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/wuye)
configure_package_config_file(cmake/wuyeConfig.cmake.in ${PROJECT_BINARY_DIR}/wuyeConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/wuye)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/wuyeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/wuyeConfig.cmake ${PROJECT_BINARY_DIR}/wuyeConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/wuye)
file(RELATIVE_PATH wuye_up /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
set(WUYE_PC_PREFIX "\${pcfiledir}/${wuye_up}")
configure_file(cmake/wuye.pc.in ${PROJECT_BINARY_DIR}/wuye.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/wuye.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/wuye)
