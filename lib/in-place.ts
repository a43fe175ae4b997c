// Operators that overwrite their first argument, as functions: `exp_(x)` is `x.exp_()`. Depends on methods.
import './methods.ts';
import type { Scalar } from './functional/elementwise.ts';
import type { RoundOptions } from './functional/unary.ts';
import { checkTensor, type Tensor } from './tensor/tensor.ts';

type InPlace = (x: Tensor) => Tensor;

/**
 * `abs` in place. @source torch.abs_
 * @example abs_(tensor([0.25, 0.5])); // tensor([0.2500, 0.5000])
 */
export const abs_: InPlace = (x) => checkTensor('abs_', 'input', x).abs_();
/**
 * `acos` in place. @source torch.acos_
 * @example acos_(tensor([0.25, 0.5])); // tensor([1.3181, 1.0472])
 */
export const acos_: InPlace = (x) => checkTensor('acos_', 'input', x).acos_();
/**
 * `acosh` in place. @source torch.acosh_
 * @example acosh_(tensor([1.5, 2])); // tensor([0.9624, 1.3170])
 */
export const acosh_: InPlace = (x) => checkTensor('acosh_', 'input', x).acosh_();
/**
 * `arccos` in place. @source torch.arccos_
 * @example arccos_(tensor([0.25, 0.5])); // tensor([1.3181, 1.0472])
 */
export const arccos_: InPlace = (x) => checkTensor('arccos_', 'input', x).arccos_();
/**
 * `arccosh` in place. @source torch.arccosh_
 * @example arccosh_(tensor([1.5, 2])); // tensor([0.9624, 1.3170])
 */
export const arccosh_: InPlace = (x) => checkTensor('arccosh_', 'input', x).arccosh_();
/**
 * `arcsin` in place. @source torch.arcsin_
 * @example arcsin_(tensor([0.25, 0.5])); // tensor([0.2527, 0.5236])
 */
export const arcsin_: InPlace = (x) => checkTensor('arcsin_', 'input', x).arcsin_();
/**
 * `arcsinh` in place. @source torch.arcsinh_
 * @example arcsinh_(tensor([0.25, 0.5])); // tensor([0.2475, 0.4812])
 */
export const arcsinh_: InPlace = (x) => checkTensor('arcsinh_', 'input', x).arcsinh_();
/**
 * `arctan` in place. @source torch.arctan_
 * @example arctan_(tensor([0.25, 0.5])); // tensor([0.2450, 0.4636])
 */
export const arctan_: InPlace = (x) => checkTensor('arctan_', 'input', x).arctan_();
/**
 * `arctanh` in place. @source torch.arctanh_
 * @example arctanh_(tensor([0.25, 0.5])); // tensor([0.2554, 0.5493])
 */
export const arctanh_: InPlace = (x) => checkTensor('arctanh_', 'input', x).arctanh_();
/**
 * `asin` in place. @source torch.asin_
 * @example asin_(tensor([0.25, 0.5])); // tensor([0.2527, 0.5236])
 */
export const asin_: InPlace = (x) => checkTensor('asin_', 'input', x).asin_();
/**
 * `asinh` in place. @source torch.asinh_
 * @example asinh_(tensor([0.25, 0.5])); // tensor([0.2475, 0.4812])
 */
export const asinh_: InPlace = (x) => checkTensor('asinh_', 'input', x).asinh_();
/**
 * `atan` in place. @source torch.atan_
 * @example atan_(tensor([0.25, 0.5])); // tensor([0.2450, 0.4636])
 */
export const atan_: InPlace = (x) => checkTensor('atan_', 'input', x).atan_();
/**
 * `atanh` in place. @source torch.atanh_
 * @example atanh_(tensor([0.25, 0.5])); // tensor([0.2554, 0.5493])
 */
export const atanh_: InPlace = (x) => checkTensor('atanh_', 'input', x).atanh_();
/**
 * `ceil` in place. @source torch.ceil_
 * @example ceil_(tensor([0.25, 0.5])); // tensor([1., 1.])
 */
export const ceil_: InPlace = (x) => checkTensor('ceil_', 'input', x).ceil_();
/**
 * `cos` in place. @source torch.cos_
 * @example cos_(tensor([0.25, 0.5])); // tensor([0.9689, 0.8776])
 */
export const cos_: InPlace = (x) => checkTensor('cos_', 'input', x).cos_();
/**
 * `cosh` in place. @source torch.cosh_
 * @example cosh_(tensor([0.25, 0.5])); // tensor([1.0314, 1.1276])
 */
export const cosh_: InPlace = (x) => checkTensor('cosh_', 'input', x).cosh_();
/**
 * `deg2rad` in place. @source torch.deg2rad_
 * @example deg2rad_(tensor([0.25, 0.5])); // tensor([0.0044, 0.0087])
 */
export const deg2rad_: InPlace = (x) => checkTensor('deg2rad_', 'input', x).deg2rad_();
/**
 * `erf` in place. @source torch.erf_
 * @example erf_(tensor([0.25, 0.5])); // tensor([0.2763, 0.5205])
 */
export const erf_: InPlace = (x) => checkTensor('erf_', 'input', x).erf_();
/**
 * `erfc` in place. @source torch.erfc_
 * @example erfc_(tensor([0.25, 0.5])); // tensor([0.7237, 0.4795])
 */
export const erfc_: InPlace = (x) => checkTensor('erfc_', 'input', x).erfc_();
/**
 * `exp` in place. @source torch.exp_
 * @example exp_(tensor([0.25, 0.5])); // tensor([1.2840, 1.6487])
 */
export const exp_: InPlace = (x) => checkTensor('exp_', 'input', x).exp_();
/**
 * `exp2` in place. @source torch.exp2_
 * @example exp2_(tensor([0.25, 0.5])); // tensor([1.1892, 1.4142])
 */
export const exp2_: InPlace = (x) => checkTensor('exp2_', 'input', x).exp2_();
/**
 * `expm1` in place. @source torch.expm1_
 * @example expm1_(tensor([0.25, 0.5])); // tensor([0.2840, 0.6487])
 */
export const expm1_: InPlace = (x) => checkTensor('expm1_', 'input', x).expm1_();
/**
 * `fix` in place. @source torch.fix_
 * @example fix_(tensor([0.25, 0.5])); // tensor([0., 0.])
 */
export const fix_: InPlace = (x) => checkTensor('fix_', 'input', x).fix_();
/**
 * `floor` in place. @source torch.floor_
 * @example floor_(tensor([0.25, 0.5])); // tensor([0., 0.])
 */
export const floor_: InPlace = (x) => checkTensor('floor_', 'input', x).floor_();
/**
 * `frac` in place. @source torch.frac_
 * @example frac_(tensor([0.25, 0.5])); // tensor([0.2500, 0.5000])
 */
export const frac_: InPlace = (x) => checkTensor('frac_', 'input', x).frac_();
/**
 * `i0` in place. @source torch.i0_
 * @example i0_(tensor([0.25, 0.5])); // tensor([1.0157, 1.0635])
 */
export const i0_: InPlace = (x) => checkTensor('i0_', 'input', x).i0_();
/**
 * `log` in place. @source torch.log_
 * @example log_(tensor([0.25, 0.5])); // tensor([-1.3863, -0.6931])
 */
export const log_: InPlace = (x) => checkTensor('log_', 'input', x).log_();
/**
 * `log10` in place. @source torch.log10_
 * @example log10_(tensor([0.25, 0.5])); // tensor([-0.6021, -0.3010])
 */
export const log10_: InPlace = (x) => checkTensor('log10_', 'input', x).log10_();
/**
 * `log1p` in place. @source torch.log1p_
 * @example log1p_(tensor([0.25, 0.5])); // tensor([0.2231, 0.4055])
 */
export const log1p_: InPlace = (x) => checkTensor('log1p_', 'input', x).log1p_();
/**
 * `log2` in place. @source torch.log2_
 * @example log2_(tensor([0.25, 0.5])); // tensor([-2., -1.])
 */
export const log2_: InPlace = (x) => checkTensor('log2_', 'input', x).log2_();
/**
 * `neg` in place. @source torch.neg_
 * @example neg_(tensor([0.25, 0.5])); // tensor([-0.2500, -0.5000])
 */
export const neg_: InPlace = (x) => checkTensor('neg_', 'input', x).neg_();
/**
 * `negative` in place. @source torch.negative_
 * @example negative_(tensor([0.25, 0.5])); // tensor([-0.2500, -0.5000])
 */
export const negative_: InPlace = (x) => checkTensor('negative_', 'input', x).negative_();
/**
 * `rad2deg` in place. @source torch.rad2deg_
 * @example rad2deg_(tensor([0.25, 0.5])); // tensor([14.3239, 28.6479])
 */
export const rad2deg_: InPlace = (x) => checkTensor('rad2deg_', 'input', x).rad2deg_();
/**
 * `reciprocal` in place. @source torch.reciprocal_
 * @example reciprocal_(tensor([0.25, 0.5])); // tensor([4., 2.])
 */
export const reciprocal_: InPlace = (x) => checkTensor('reciprocal_', 'input', x).reciprocal_();
/**
 * `round` in place. @source torch.round_
 * @example round_(tensor([0.25, 0.5])); // tensor([0., 0.])
 */
export const round_ = (x: Tensor, options?: RoundOptions): Tensor => checkTensor('round_', 'input', x).round_(options);
/**
 * `rsqrt` in place. @source torch.rsqrt_
 * @example rsqrt_(tensor([0.25, 0.5])); // tensor([2.0000, 1.4142])
 */
export const rsqrt_: InPlace = (x) => checkTensor('rsqrt_', 'input', x).rsqrt_();
/**
 * `sigmoid` in place. @source torch.sigmoid_
 * @example sigmoid_(tensor([0.25, 0.5])); // tensor([0.5622, 0.6225])
 */
export const sigmoid_: InPlace = (x) => checkTensor('sigmoid_', 'input', x).sigmoid_();
/**
 * `sin` in place. @source torch.sin_
 * @example sin_(tensor([0.25, 0.5])); // tensor([0.2474, 0.4794])
 */
export const sin_: InPlace = (x) => checkTensor('sin_', 'input', x).sin_();
/**
 * `sinc` in place. @source torch.sinc_
 * @example sinc_(tensor([0.25, 0.5])); // tensor([0.9003, 0.6366])
 */
export const sinc_: InPlace = (x) => checkTensor('sinc_', 'input', x).sinc_();
/**
 * `sinh` in place. @source torch.sinh_
 * @example sinh_(tensor([0.25, 0.5])); // tensor([0.2526, 0.5211])
 */
export const sinh_: InPlace = (x) => checkTensor('sinh_', 'input', x).sinh_();
/**
 * `sqrt` in place. @source torch.sqrt_
 * @example sqrt_(tensor([0.25, 0.5])); // tensor([0.5000, 0.7071])
 */
export const sqrt_: InPlace = (x) => checkTensor('sqrt_', 'input', x).sqrt_();
/**
 * `square` in place. @source torch.square_
 * @example square_(tensor([0.25, 0.5])); // tensor([0.0625, 0.2500])
 */
export const square_: InPlace = (x) => checkTensor('square_', 'input', x).square_();
/**
 * `tan` in place. @source torch.tan_
 * @example tan_(tensor([0.25, 0.5])); // tensor([0.2553, 0.5463])
 */
export const tan_: InPlace = (x) => checkTensor('tan_', 'input', x).tan_();
/**
 * `tanh` in place. @source torch.tanh_
 * @example tanh_(tensor([0.25, 0.5])); // tensor([0.2449, 0.4621])
 */
export const tanh_: InPlace = (x) => checkTensor('tanh_', 'input', x).tanh_();
/**
 * `trunc` in place. @source torch.trunc_
 * @example trunc_(tensor([0.25, 0.5])); // tensor([0., 0.])
 */
export const trunc_: InPlace = (x) => checkTensor('trunc_', 'input', x).trunc_();
/**
 * `nanToNum` in place. @source torch.nan_to_num_
 * @example nanToNum_(tensor([NaN, 1, Infinity])); // tensor([0.0000e+00, 1.0000e+00, 3.4028e+38])
 */
export const nanToNum_: InPlace = (x) => checkTensor('nanToNum_', 'input', x).nanToNum_();
/**
 * `detach` in place. @source torch.detach_
 * @example detach_(tensor([1.5], { requiresGrad: true }).exp()).requiresGrad; // false
 */
export const detach_: InPlace = (x) => checkTensor('detach_', 'input', x).detach_();
/**
 * `zero` in place. @source torch.zero_
 * @example zero_(tensor([1, 2])); // tensor([0, 0])
 */
export const zero_: InPlace = (x) => checkTensor('zero_', 'input', x).zero_();
/**
 * `gcd` in place. @source torch.gcd_
 * @example gcd_(tensor([12, 9]), tensor([8, 6])); // tensor([4, 3])
 */
export const gcd_ = (x: Tensor, y: Tensor): Tensor => checkTensor('gcd_', 'input', x).gcd_(y);
/**
 * `lcm` in place. @source torch.lcm_
 * @example lcm_(tensor([12, 9]), tensor([8, 6])); // tensor([24, 18])
 */
export const lcm_ = (x: Tensor, y: Tensor): Tensor => checkTensor('lcm_', 'input', x).lcm_(y);
/**
 * `ldexp` in place. @source torch.ldexp_
 * @example ldexp_(tensor([1, 2.5]), tensor([2, 3])); // tensor([4., 20.])
 */
export const ldexp_ = (x: Tensor, y: Tensor): Tensor => checkTensor('ldexp_', 'input', x).ldexp_(y);
/**
 * `xlogy` in place. @source torch.xlogy_
 * @example xlogy_(tensor([0, 2.5]), tensor([0, 3])); // tensor([0.0000, 2.7465])
 */
export const xlogy_ = (x: Tensor, y: Tensor): Tensor => checkTensor('xlogy_', 'input', x).xlogy_(y);
/**
 * `logit` in place. @source torch.logit_
 * @example logit_(tensor([0.25, 0.5])); // tensor([-1.0986, 0.0000])
 */
export const logit_ = (x: Tensor, options?: { eps?: number | null }): Tensor =>
  checkTensor('logit_', 'input', x).logit_(options);
/**
 * `clamp` in place. @source torch.clamp_
 * @example clamp_(tensor([-2, 0, 3]), -1, 1); // tensor([-1, 0, 1])
 */
export const clamp_ = (x: Tensor, min?: Tensor | Scalar | null, max?: Tensor | Scalar | null): Tensor =>
  checkTensor('clamp_', 'input', x).clamp_(min, max);
/**
 * `clip` in place. @source torch.clip_
 * @example clip_(tensor([-2, 0, 3]), -1, 1); // tensor([-1, 0, 1])
 */
export const clip_: typeof clamp_ = clamp_;
/**
 * `clampMin` in place. @source torch.clamp_min_
 * @example clampMin_(tensor([-2, 0, 3]), -1); // tensor([-1, 0, 3])
 */
export const clampMin_ = (x: Tensor, min: Tensor | Scalar): Tensor =>
  checkTensor('clampMin_', 'input', x).clampMin_(min);
/**
 * `clampMax` in place. @source torch.clamp_max_
 * @example clampMax_(tensor([-2, 0, 3]), 1); // tensor([-2, 0, 1])
 */
export const clampMax_ = (x: Tensor, max: Tensor | Scalar): Tensor =>
  checkTensor('clampMax_', 'input', x).clampMax_(max);
/**
 * Overwrites every element with one value. @source torch.fill_
 * @example fill_(zeros(3), 7); // tensor([7., 7., 7.])
 */
export const fill_ = (x: Tensor, value: Tensor | Scalar): Tensor => checkTensor('fill_', 'input', x).fill_(value);
/**
 * A copy of `x` with one value everywhere. @source torch.fill
 * @example fill(zeros(3), 7); // tensor([7., 7., 7.])
 */
export const fill = (x: Tensor, value: Tensor | Scalar): Tensor => checkTensor('fill', 'input', x).clone().fill_(value);
/**
 * `addmv` in place. @source torch.addmv_
 * @example addmv_(tensor([1, 1]), tensor([[1, 2], [3, 4]]), tensor([1, 10])); // tensor([22, 44])
 */
export const addmv_ = (x: Tensor, ...rest: Parameters<Tensor['addmv_']>): Tensor =>
  checkTensor('addmv_', 'input', x).addmv_(...rest);
/**
 * `indexPut` in place. @source torch.index_put_
 * @example indexPut_(zeros(3), [tensor([0, 2])], tensor([5, 6.5])); // tensor([5.0000, 0.0000, 6.5000])
 */
export const indexPut_ = (x: Tensor, ...rest: Parameters<Tensor['indexPut_']>): Tensor =>
  checkTensor('indexPut_', 'input', x).indexPut_(...rest);
/**
 * `asStrided` in place. @source torch.as_strided_
 * @example asStrided_(arange(6), [2, 2], [3, 1]); // tensor([[0, 1], [3, 4]])
 */
export const asStrided_ = (x: Tensor, ...rest: Parameters<Tensor['asStrided_']>): Tensor =>
  checkTensor('asStrided_', 'input', x).asStrided_(...rest);
/**
 * The same elements outside the graph. @source torch.detach
 * @example detach(tensor([1.5], { requiresGrad: true })).requiresGrad; // false
 */
export const detach: InPlace = (x) => checkTensor('detach', 'input', x).detach();
/**
 * As `narrow`, copied. @source torch.narrow_copy
 * @example narrowCopy(tensor([1, 2, 3, 4]), 0, 1, 2); // tensor([2, 3])
 */
export const narrowCopy = (x: Tensor, dim: number, start: number, length: number): Tensor =>
  checkTensor('narrowCopy', 'input', x).narrowCopy(dim, start, length);
/**
 * As `resize_` to the shape of `y`. @source torch.resize_as_
 * @example resizeAs_(arange(4), zeros(2, 2)); // tensor([[0, 1], [2, 3]])
 */
export const resizeAs_ = (x: Tensor, y: Tensor): Tensor => checkTensor('resizeAs_', 'input', x).resizeAs_(y);
/**
 * The tensor itself: real numbers are their own conjugates. @source torch.conj_physical_
 * @example conjPhysical_(tensor([1, 2])); // tensor([1, 2])
 */
export const conjPhysical_: InPlace = (x) => checkTensor('conjPhysical_', 'input', x);
