// Precompiled: Asio and Beast's header parser, for src/net and its tests only.
#pragma once
#include "pch_std.h"

#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/task.h"
