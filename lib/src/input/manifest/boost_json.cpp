// Boost.JSON's own code, compiled once here: weir uses it as headers, without libboost_json.
#include <boost/json/src.hpp>
