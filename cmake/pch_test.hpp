// Precompiled for the test programs.
#pragma once
#include "pch.hpp"

#include <boost/test/unit_test.hpp>
