// Everything a plugin needs: include this, derive from one kind's interface, declare it with CONDUCTOR_PLUGIN.
#pragma once
#include "conductor/sdk/abi.hpp"
#include "conductor/sdk/controller.hpp"
#include "conductor/sdk/inventory.hpp"
#include "conductor/sdk/solver.hpp"
#include "conductor/sdk/store.hpp"
#include "conductor/sdk/store_writes.hpp"
#include "conductor/sdk/vim.hpp"
