// Precompiled: Asio, for src/net and its tests only.
#pragma once
#include "pch_std.h"

#include <boost/asio.hpp>

#include "net/task.h"
