// Boost.JSON's own code, compiled here once: weir uses it as headers, without libboost_json.
#include <boost/json/src.hpp>
