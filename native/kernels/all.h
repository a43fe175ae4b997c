// Every kernel family, for the translation units of native/isa.
#pragma once

#include "kernels/gemm.h"
