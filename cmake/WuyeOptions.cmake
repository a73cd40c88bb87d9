# One interface target that every target of ours links: warnings and sanitizers.
add_library(wuye_options INTERFACE)
target_compile_options(wuye_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
if(WUYE_WERROR)
  target_compile_options(wuye_options INTERFACE -Werror)
endif()
if(WUYE_SANITIZE)
  target_compile_options(wuye_options INTERFACE -fsanitize=${WUYE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(wuye_options INTERFACE -fsanitize=${WUYE_SANITIZE})
endif()
