// The addon's exports besides `call`: storages, transfers, threads, what the processor has.
#include <napi.h>
#include <node_api.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <string>

#include "isa/select.h"
#include "napi/environment.h"
#include "runtime/lifetime.h"
#include "runtime/pool.h"
#include "runtime/threads.h"
#include "runtime/trace.h"

namespace flambeau {
namespace {

// Modules of this version have their finalizers run inside the collection, so that a loop which never returns to the
// event loop gets its memory back. Such finalizers may call no JavaScript: ours only give a slot to the pool.
constexpr int32_t experimentalVersion = 2147483647;

std::atomic<int> environments{0};

Napi::Value fail(Napi::Env env, const std::string& message) {
  Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

// The slot behind an argument, or null after throwing.
Slot* slotOf(Napi::Env env, const Napi::Value& value, const char* who) {
  void* pointer = nullptr;
  if (napi_get_value_external(env, value, &pointer) != napi_ok || !isSlot(pointer)) {
    fail(env, std::string(who) + ": expected a storage");
    return nullptr;
  }
  return static_cast<Slot*>(pointer);
}

// allocate(bytes, count): a block for `count` storages of `bytes` each, or null where memory or its limit is exhausted.
Napi::Value allocate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  constexpr double most = 9007199254740991.0;
  const double bytes = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  const double count = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : -1;
  if (!(bytes >= 0 && count >= 1 && bytes * count <= most && bytes == std::floor(bytes) &&
        count == std::floor(count))) {
    return fail(env, "allocate: expected a number of bytes and how often");
  }
  Slot* slot = acquireSlot(static_cast<int64_t>(bytes), static_cast<int64_t>(count));
  if (slot == nullptr) return env.Null();
  napi_value external = nullptr;
  const napi_status status = napi_create_external(
      env, slot, [](napi_env, void* data, void*) { releaseSlot(static_cast<Slot*>(data)); }, nullptr, &external);
  if (status != napi_ok) {
    releaseSlot(slot);
    return fail(env, "allocate: the environment is closing");
  }
  return Napi::Value(env, external);
}

// release(storage): gives the memory back now; the storage stays as an empty one.
Napi::Value release(const Napi::CallbackInfo& info) {
  Slot* slot = slotOf(info.Env(), info[0], "release");
  if (slot != nullptr) releaseMemory(slot);
  return info.Env().Undefined();
}

struct Transfer {
  char* storage;
  char* array;
  size_t bytes;
};

// The checked memory of (storage, byte offset, typed array). The array is read anew at each call: it may have been
// detached or resized since the last one.
bool transferOf(const Napi::CallbackInfo& info, const char* who, Transfer* transfer) {
  const Napi::Env env = info.Env();
  const Slot* slot = slotOf(env, info[0], who);
  if (slot == nullptr) return false;
  const double offset = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : -1;
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0, byteOffset = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  if (!info[2].IsTypedArray() ||
      napi_get_typedarray_info(env, info[2], &type, &length, &data, &buffer, &byteOffset) != napi_ok) {
    fail(env, std::string(who) + ": expected a typed array");
    return false;
  }
  static constexpr size_t elementBytes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  if (static_cast<size_t>(type) >= sizeof elementBytes / sizeof(size_t)) {
    fail(env, std::string(who) + ": unknown kind of typed array");
    return false;
  }
  bool detached = false;
  if (napi_is_detached_arraybuffer(env, buffer, &detached) != napi_ok || detached) {
    fail(env, std::string(who) + ": the typed array was detached");
    return false;
  }
  const size_t bytes = length * elementBytes[type];
  if (slot->data == nullptr) {
    fail(env, std::string(who) + ": the storage was disposed");
    return false;
  }
  if (!(offset >= 0 && offset + static_cast<double>(bytes) <= static_cast<double>(slot->bytes))) {
    fail(env, std::string(who) + ": the range lies outside the storage");
    return false;
  }
  *transfer = {static_cast<char*>(slot->data) + static_cast<int64_t>(offset), static_cast<char*>(data), bytes};
  return true;
}

Napi::Value write(const Napi::CallbackInfo& info) {
  Transfer transfer;
  if (transferOf(info, "write", &transfer) && transfer.bytes > 0) {
    std::memcpy(transfer.storage, transfer.array, transfer.bytes);
  }
  return info.Env().Undefined();
}

Napi::Value read(const Napi::CallbackInfo& info) {
  Transfer transfer;
  if (transferOf(info, "read", &transfer) && transfer.bytes > 0) {
    std::memcpy(transfer.array, transfer.storage, transfer.bytes);
  }
  return info.Env().Undefined();
}

// memoryStats(target): live, pooled, peak, limit into a Float64Array of four, and returns live.
Napi::Value memoryStats(const Napi::CallbackInfo& info) {
  const PoolStats stats = poolStats();
  if (info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_float64_array) {
    auto target = info[0].As<Napi::Float64Array>();
    if (target.ElementLength() >= 4) {
      target[0] = static_cast<double>(stats.live);
      target[1] = static_cast<double>(stats.pooled);
      target[2] = static_cast<double>(stats.peak);
      target[3] = static_cast<double>(stats.limit);
    }
  }
  return Napi::Number::New(info.Env(), static_cast<double>(stats.live));
}

Napi::Value setMemoryLimit(const Napi::CallbackInfo& info) {
  const double bytes = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  if (!(bytes >= 0)) return fail(info.Env(), "setMemoryLimit: expected a number of bytes");
  setPoolLimit(bytes >= 9e18 ? INT64_MAX : static_cast<int64_t>(bytes));
  return info.Env().Undefined();
}

Napi::Value trimMemory(const Napi::CallbackInfo& info) {
  trimPool();
  return info.Env().Undefined();
}

Napi::Value getThreads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), numThreads()); }

Napi::Value setThreads(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) return fail(info.Env(), "setNumThreads: expected a number");
  setNumThreads(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

// Whether kernels say on stderr which of their implementations run.
Napi::Value traceKernels(const Napi::CallbackInfo& info) {
  if (!info[0].IsBoolean()) return fail(info.Env(), "traceKernels: expected a boolean");
  setTracesWays(info[0].As<Napi::Boolean>().Value());
  return info.Env().Undefined();
}

// select(name or null): switches this environment to the named instruction set, or to the best supported one.
// Returns { isa, candidates: [{ isa, supported }] }; throws where the named one is missing or unsupported.
Napi::Value select(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto* environment = env.GetInstanceData<Environment>();
  Candidate list[maxCandidates];
  const int count = candidates(list);
  const std::string wanted = info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : "";
  const Table* chosen = nullptr;
  auto described = Napi::Array::New(env, static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    auto entry = Napi::Object::New(env);
    entry.Set("isa", list[i].table->isa);
    entry.Set("supported", list[i].supported);
    described.Set(static_cast<uint32_t>(i), entry);
    const bool matches = wanted.empty() || wanted == list[i].table->isa;
    if (chosen == nullptr && matches && list[i].supported) chosen = list[i].table;
  }
  if (chosen == nullptr) return fail(env, "no kernels for the instruction set '" + wanted + "' run on this machine");
  environment->table = chosen;
  auto result = Napi::Object::New(env);
  result.Set("isa", chosen->isa);
  result.Set("candidates", described);
  return result;
}

// onOutOfMemory(throws): the function that throws when a kernel lacks memory, given how many bytes.
Napi::Value onOutOfMemory(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) return fail(info.Env(), "onOutOfMemory: expected a function");
  info.Env().GetInstanceData<Environment>()->outOfMemory = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

// kernels(): the list as data, from which lib/native/kernels.gen.ts is printed.
Napi::Value listKernels(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Table& table = *env.GetInstanceData<Environment>()->table;
  auto list = Napi::Array::New(env, static_cast<size_t>(table.count));
  for (int i = 0; i < table.count; ++i) {
    const Kernel& kernel = table.kernels[i];
    auto entry = Napi::Object::New(env);
    entry.Set("name", kernel.name);
    entry.Set("parameters", kernel.parameters);
    entry.Set("kinds", kernel.kinds);
    entry.Set("returnsNumber", kernel.returnsNumber);
    auto dtypes = Napi::Array::New(env);
    uint32_t used = 0;
    for (int d = 0; d < dtypeCount; ++d) {
      if (kernel.rows[wideOf(d)] != nullptr) dtypes.Set(used++, dtypeNames[d]);
    }
    entry.Set("dtypes", dtypes);
    list.Set(static_cast<uint32_t>(i), entry);
  }
  return list;
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment;
  Candidate list[maxCandidates];
  const int count = candidates(list);
  for (int i = count - 1; i >= 0; --i) {
    if (list[i].supported) environment->table = list[i].table;
  }
  constexpr size_t blockLength = 4096;
  auto block = Napi::Float64Array::New(env, blockLength);
  environment->block = block.Data();
  environment->blockLength = blockLength;
  environment->blockReference = Napi::Persistent(block.As<Napi::Object>());
  env.SetInstanceData(environment);

  environments.fetch_add(1);
  env.AddCleanupHook([] {
    if (environments.fetch_sub(1) == 1) stopThreads();
  });

  napi_value callFunction = nullptr;
  napi_create_function(env, "call", NAPI_AUTO_LENGTH, call, environment, &callFunction);
  exports.Set("call", Napi::Value(env, callFunction));
  exports.Set("block", block);
  exports.Set("streamedBytes", Napi::Number::New(env, static_cast<double>(streamedBytes)));
  exports.Set("allocate", Napi::Function::New<allocate>(env, "allocate"));
  exports.Set("release", Napi::Function::New<release>(env, "release"));
  exports.Set("write", Napi::Function::New<write>(env, "write"));
  exports.Set("read", Napi::Function::New<read>(env, "read"));
  exports.Set("memoryStats", Napi::Function::New<memoryStats>(env, "memoryStats"));
  exports.Set("setMemoryLimit", Napi::Function::New<setMemoryLimit>(env, "setMemoryLimit"));
  exports.Set("trimMemory", Napi::Function::New<trimMemory>(env, "trimMemory"));
  exports.Set("getNumThreads", Napi::Function::New<getThreads>(env, "getNumThreads"));
  exports.Set("traceKernels", Napi::Function::New<traceKernels>(env, "traceKernels"));
  exports.Set("setNumThreads", Napi::Function::New<setThreads>(env, "setNumThreads"));
  exports.Set("select", Napi::Function::New<select>(env, "select"));
  exports.Set("onOutOfMemory", Napi::Function::New<onOutOfMemory>(env, "onOutOfMemory"));
  exports.Set("kernels", Napi::Function::New<listKernels>(env, "kernels"));
  return exports;
}

}  // namespace
}  // namespace flambeau

extern "C" NAPI_MODULE_EXPORT int32_t node_api_module_get_api_version_v1() { return flambeau::experimentalVersion; }

extern "C" NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  return Napi::RegisterModule(env, exports, flambeau::initialize);
}
