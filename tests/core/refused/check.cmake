# Fails unless the compiler refuses the file SOURCE with the words that its line "// refused:" has.
file(STRINGS ${SOURCE} wanted REGEX "^// refused: ")
string(REPLACE "// refused: " "" wanted "${wanted}")
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} ${SOURCE}
  RESULT_VARIABLE status ERROR_VARIABLE said)
if(status EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles; it must not")
endif()
string(FIND "${said}" "${wanted}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "${SOURCE} is refused without \"${wanted}\":\n${said}")
endif()
