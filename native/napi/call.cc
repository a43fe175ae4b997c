// The one callback for all kernels. It uses Node-API directly: this is the path every operator takes, and the C++
// wrapper's argument objects cost more than the arguments.
#include <cstdio>

#include "napi/environment.h"
#include "napi/wide.h"
#include "runtime/pool.h"
#include "runtime/scratch.h"

namespace flambeau {
namespace {

constexpr size_t maxStorages = 15;
constexpr int64_t maxNumbers = 4096;

napi_value fail(napi_env env, const Kernel* kernel, int position, const char* fact) {
  char message[256];
  std::snprintf(message, sizeof message, "%s: argument %d %s", kernel == nullptr ? "call" : kernel->name, position,
                fact);
  napi_throw_type_error(env, "ERR_KERNEL_CALL", message);
  return nullptr;
}

// Whether the name of the kernel's parameter ends in '?': null may stand for it.
bool isOptional(const Kernel& kernel, int64_t parameter) {
  const char* name = kernel.parameters;
  for (; parameter > 0; --parameter) {
    while (*name != ' ') ++name;
    while (*name == ' ') ++name;
  }
  while (*name != ' ' && *name != '\0') ++name;
  return name[-1] == '?';
}

// The number of list values and numbers must not run past the block.
bool numbersFit(const Kernel& kernel, const double* numbers, int64_t available) {
  int64_t used = 0;
  for (const char* kind = kernel.kinds; *kind != '\0'; ++kind) {
    if (*kind != 'n' && *kind != 'l') continue;
    if (used >= available) return false;
    if (*kind == 'l') {
      const double size = numbers[used];
      if (!(size >= 0 && size <= static_cast<double>(maxNumbers))) return false;
      used += static_cast<int64_t>(size);
    }
    ++used;
  }
  return used <= available;
}

}  // namespace

napi_value call(napi_env env, napi_callback_info info) {
  napi_value values[maxStorages + 1];
  size_t count = maxStorages + 1;
  void* data = nullptr;
  if (napi_get_cb_info(env, info, &count, values, nullptr, &data) != napi_ok) return nullptr;
  const auto& environment = *static_cast<Environment*>(data);

  uint32_t code = 0;
  if (count < 1 || count > maxStorages + 1 || napi_get_value_uint32(env, values[0], &code) != napi_ok) {
    return fail(env, nullptr, 0, "must be a kernel's number");
  }
  const int dtype = static_cast<int>(code % 16);
  const auto index = static_cast<int>(code / 16);
  if (index >= environment.table->count || dtype >= dtypeCount)
    return fail(env, nullptr, 0, "is not a kernel's number");
  const Kernel& kernel = environment.table->kernels[index];
  const int64_t computed = kernel.rows[dtype] != nullptr ? dtype : wideOf(dtype);
  const Invoke invoke = kernel.rows[computed];
  if (invoke == nullptr) return fail(env, &kernel, 0, "names an element type that the kernel does not have");

  // Storages first: the block begins with one byte offset for each.
  void* storages[maxStorages];
  WideCopies wide(*environment.table, dtype, computed);
  size_t used = 0;
  for (const char* kind = kernel.kinds; *kind != '\0'; ++kind) {
    if (!isStorage(*kind)) continue;
    const int position = static_cast<int>(used) + 1;
    if (used + 1 >= count) return fail(env, &kernel, position, "is missing");
    void* pointer = nullptr;
    if (napi_get_value_external(env, values[used + 1], &pointer) == napi_ok) {
      if (!isSlot(pointer)) return fail(env, &kernel, position, "is not a storage of this library");
      const Slot& slot = *static_cast<Slot*>(pointer);
      const double offset = environment.block[used];
      if (slot.data == nullptr) return fail(env, &kernel, position, "was disposed");
      if (!(offset >= 0 && offset <= static_cast<double>(slot.bytes))) {
        return fail(env, &kernel, position, "begins outside its storage");
      }
      const bool elements = *kind == 'e' || *kind == 'w';
      storages[used] = elements ? wide.at(slot, static_cast<int64_t>(offset), *kind == 'w')
                                : static_cast<char*>(slot.data) + static_cast<int64_t>(offset);
      if (storages[used] == nullptr) return fail(env, &kernel, position, "is too large to be widened");
    } else {
      napi_valuetype type = napi_undefined;
      if (!isOptional(kernel, kind - kernel.kinds) || napi_typeof(env, values[used + 1], &type) != napi_ok ||
          type != napi_null) {
        return fail(env, &kernel, position, "is not a storage");
      }
      storages[used] = nullptr;
    }
    ++used;
  }
  const double* numbers = environment.block + used;
  if (!numbersFit(kernel, numbers, environment.blockLength - static_cast<int64_t>(used))) {
    return fail(env, &kernel, static_cast<int>(used) + 1, "and what follows do not fit the call");
  }
  int64_t ints[maxNumbers];
  Arguments arguments{storages, numbers, ints};
  int64_t result = 0;
  try {
    result = invoke(arguments);
  } catch (const OutOfScratch& failure) {
    environment.outOfMemory.Call({Napi::Number::New(env, static_cast<double>(failure.bytes))});
    return nullptr;
  }
  wide.store();
  if (!kernel.returnsNumber) return nullptr;
  napi_value number = nullptr;
  napi_create_double(env, static_cast<double>(result), &number);
  return number;
}

}  // namespace flambeau
