# Runs PROGRAM and compares what it prints with the file EXPECTED. To take what it prints: PROGRAM > EXPECTED, and read the change.
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} OUTPUT_VARIABLE came ERROR_VARIABLE complaint RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${result}: ${complaint}")
endif()
file(READ ${EXPECTED} expected)
if(NOT came STREQUAL expected)
  message(FATAL_ERROR "${PROGRAM} printed\n${came}\nand not, as ${EXPECTED} has it,\n${expected}")
endif()
