// The one main() of all Boost.Test programs.
#define BOOST_TEST_MODULE conductor
#include <boost/test/unit_test.hpp>
