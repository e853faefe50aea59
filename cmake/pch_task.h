// Precompiled: the standard headers and the coroutine type.
#pragma once
#include "pch_std.h"

#include "net/task.h"
