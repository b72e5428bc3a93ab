// weir resolves no host names. Asio's resolver, which nobody calls, would make a static program
// include glibc's, with a warning that it needs the shared libraries of this glibc at run time.
#include <netdb.h>

extern "C" {

int getaddrinfo(const char* /*node*/, const char* /*service*/, const addrinfo* /*hints*/,
                addrinfo** /*result*/) {
  return EAI_FAIL;
}

void freeaddrinfo(addrinfo* /*list*/) noexcept {}
}
