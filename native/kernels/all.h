// Every kernel family, for the translation units of native/isa.
#pragma once

#include "kernels/argmax.h"
#include "kernels/binary.h"
#include "kernels/conv.h"
#include "kernels/gather.h"
#include "kernels/gemm.h"
#include "kernels/layout.h"
#include "kernels/loss.h"
#include "kernels/optimize.h"
#include "kernels/pointwise.h"
#include "kernels/pool.h"
#include "kernels/random.h"
#include "kernels/reduce.h"
#include "kernels/softmax.h"
#include "kernels/unary.h"
