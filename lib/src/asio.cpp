// Asio, compiled once (BOOST_ASIO_SEPARATE_COMPILATION): else each file that includes it compiles
// the loop and the reactor again. Who links weir::core may include it either way.
#include <boost/asio/impl/src.hpp>
