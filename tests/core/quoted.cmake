# Fails unless the file EXAMPLE stands in GUIDE, whole, as a C++ code block.
file(READ ${GUIDE} guide)
file(READ ${EXAMPLE} example)
string(FIND "${guide}" "```cpp\n${example}```\n" found)
if(found EQUAL -1)
  message(FATAL_ERROR "${GUIDE} does not quote ${EXAMPLE} as it is")
endif()
