# One interface target that every target of ours links: warnings and sanitizers.
add_library(wuye_options INTERFACE)
target_compile_options(wuye_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of overlapping copies in its own std::string (GCC PR 105651, PR 105329).
  target_compile_options(wuye_options INTERFACE -Wno-restrict)
endif()
if(WUYE_WERROR)
  target_compile_options(wuye_options INTERFACE -Werror)
endif()
# What nobody calls is left out when the shared library is linked.
target_compile_options(wuye_options INTERFACE -ffunction-sections -fdata-sections)
if(WUYE_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With the sanitizers on, GCC 12 sees uninitialized members inside its own std::function and std::regex.
    target_compile_options(wuye_options INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_compile_options(wuye_options INTERFACE -fsanitize=${WUYE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(wuye_options INTERFACE -fsanitize=${WUYE_SANITIZE})
endif()
