// What the addon keeps for each Node environment (the main thread and every worker thread have their own).
#pragma once

#include <napi.h>

#include "isa/table.h"

namespace flambeau {

struct Environment {
  const Table* table = nullptr;
  double* block = nullptr;  // the numbers of the call under way, written by JavaScript
  int64_t blockLength = 0;
  Napi::ObjectReference blockReference;
  Napi::FunctionReference outOfMemory;  // throws the error for a number of bytes
};

// Runs one kernel. JavaScript: call(kernel * 16 + dtype code, ...storages) with the numbers in the block.
napi_value call(napi_env env, napi_callback_info info);

}  // namespace flambeau
