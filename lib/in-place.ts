// Operators that overwrite their first argument, as functions: `exp_(x)` is `x.exp_()`. Depends on methods.
import './methods.ts';
import type { Scalar } from './functional/elementwise.ts';
import { checkTensor, type Tensor } from './tensor/tensor.ts';

type InPlace = (x: Tensor) => Tensor;

/** `abs` in place. @source torch.abs_ */
export const abs_: InPlace = (x) => checkTensor('abs_', 'input', x).abs_();
/** `acos` in place. @source torch.acos_ */
export const acos_: InPlace = (x) => checkTensor('acos_', 'input', x).acos_();
/** `acosh` in place. @source torch.acosh_ */
export const acosh_: InPlace = (x) => checkTensor('acosh_', 'input', x).acosh_();
/** `arccos` in place. @source torch.arccos_ */
export const arccos_: InPlace = (x) => checkTensor('arccos_', 'input', x).arccos_();
/** `arccosh` in place. @source torch.arccosh_ */
export const arccosh_: InPlace = (x) => checkTensor('arccosh_', 'input', x).arccosh_();
/** `arcsin` in place. @source torch.arcsin_ */
export const arcsin_: InPlace = (x) => checkTensor('arcsin_', 'input', x).arcsin_();
/** `arcsinh` in place. @source torch.arcsinh_ */
export const arcsinh_: InPlace = (x) => checkTensor('arcsinh_', 'input', x).arcsinh_();
/** `arctan` in place. @source torch.arctan_ */
export const arctan_: InPlace = (x) => checkTensor('arctan_', 'input', x).arctan_();
/** `arctanh` in place. @source torch.arctanh_ */
export const arctanh_: InPlace = (x) => checkTensor('arctanh_', 'input', x).arctanh_();
/** `asin` in place. @source torch.asin_ */
export const asin_: InPlace = (x) => checkTensor('asin_', 'input', x).asin_();
/** `asinh` in place. @source torch.asinh_ */
export const asinh_: InPlace = (x) => checkTensor('asinh_', 'input', x).asinh_();
/** `atan` in place. @source torch.atan_ */
export const atan_: InPlace = (x) => checkTensor('atan_', 'input', x).atan_();
/** `atanh` in place. @source torch.atanh_ */
export const atanh_: InPlace = (x) => checkTensor('atanh_', 'input', x).atanh_();
/** `ceil` in place. @source torch.ceil_ */
export const ceil_: InPlace = (x) => checkTensor('ceil_', 'input', x).ceil_();
/** `cos` in place. @source torch.cos_ */
export const cos_: InPlace = (x) => checkTensor('cos_', 'input', x).cos_();
/** `cosh` in place. @source torch.cosh_ */
export const cosh_: InPlace = (x) => checkTensor('cosh_', 'input', x).cosh_();
/** `deg2rad` in place. @source torch.deg2rad_ */
export const deg2rad_: InPlace = (x) => checkTensor('deg2rad_', 'input', x).deg2rad_();
/** `erf` in place. @source torch.erf_ */
export const erf_: InPlace = (x) => checkTensor('erf_', 'input', x).erf_();
/** `erfc` in place. @source torch.erfc_ */
export const erfc_: InPlace = (x) => checkTensor('erfc_', 'input', x).erfc_();
/** `exp` in place. @source torch.exp_ */
export const exp_: InPlace = (x) => checkTensor('exp_', 'input', x).exp_();
/** `exp2` in place. @source torch.exp2_ */
export const exp2_: InPlace = (x) => checkTensor('exp2_', 'input', x).exp2_();
/** `expm1` in place. @source torch.expm1_ */
export const expm1_: InPlace = (x) => checkTensor('expm1_', 'input', x).expm1_();
/** `fix` in place. @source torch.fix_ */
export const fix_: InPlace = (x) => checkTensor('fix_', 'input', x).fix_();
/** `floor` in place. @source torch.floor_ */
export const floor_: InPlace = (x) => checkTensor('floor_', 'input', x).floor_();
/** `frac` in place. @source torch.frac_ */
export const frac_: InPlace = (x) => checkTensor('frac_', 'input', x).frac_();
/** `i0` in place. @source torch.i0_ */
export const i0_: InPlace = (x) => checkTensor('i0_', 'input', x).i0_();
/** `log` in place. @source torch.log_ */
export const log_: InPlace = (x) => checkTensor('log_', 'input', x).log_();
/** `log10` in place. @source torch.log10_ */
export const log10_: InPlace = (x) => checkTensor('log10_', 'input', x).log10_();
/** `log1p` in place. @source torch.log1p_ */
export const log1p_: InPlace = (x) => checkTensor('log1p_', 'input', x).log1p_();
/** `log2` in place. @source torch.log2_ */
export const log2_: InPlace = (x) => checkTensor('log2_', 'input', x).log2_();
/** `neg` in place. @source torch.neg_ */
export const neg_: InPlace = (x) => checkTensor('neg_', 'input', x).neg_();
/** `negative` in place. @source torch.negative_ */
export const negative_: InPlace = (x) => checkTensor('negative_', 'input', x).negative_();
/** `rad2deg` in place. @source torch.rad2deg_ */
export const rad2deg_: InPlace = (x) => checkTensor('rad2deg_', 'input', x).rad2deg_();
/** `reciprocal` in place. @source torch.reciprocal_ */
export const reciprocal_: InPlace = (x) => checkTensor('reciprocal_', 'input', x).reciprocal_();
/** `round` in place. @source torch.round_ */
export const round_: InPlace = (x) => checkTensor('round_', 'input', x).round_();
/** `rsqrt` in place. @source torch.rsqrt_ */
export const rsqrt_: InPlace = (x) => checkTensor('rsqrt_', 'input', x).rsqrt_();
/** `sigmoid` in place. @source torch.sigmoid_ */
export const sigmoid_: InPlace = (x) => checkTensor('sigmoid_', 'input', x).sigmoid_();
/** `sin` in place. @source torch.sin_ */
export const sin_: InPlace = (x) => checkTensor('sin_', 'input', x).sin_();
/** `sinc` in place. @source torch.sinc_ */
export const sinc_: InPlace = (x) => checkTensor('sinc_', 'input', x).sinc_();
/** `sinh` in place. @source torch.sinh_ */
export const sinh_: InPlace = (x) => checkTensor('sinh_', 'input', x).sinh_();
/** `sqrt` in place. @source torch.sqrt_ */
export const sqrt_: InPlace = (x) => checkTensor('sqrt_', 'input', x).sqrt_();
/** `square` in place. @source torch.square_ */
export const square_: InPlace = (x) => checkTensor('square_', 'input', x).square_();
/** `tan` in place. @source torch.tan_ */
export const tan_: InPlace = (x) => checkTensor('tan_', 'input', x).tan_();
/** `tanh` in place. @source torch.tanh_ */
export const tanh_: InPlace = (x) => checkTensor('tanh_', 'input', x).tanh_();
/** `trunc` in place. @source torch.trunc_ */
export const trunc_: InPlace = (x) => checkTensor('trunc_', 'input', x).trunc_();
/** `nanToNum` in place. @source torch.nan_to_num_ */
export const nanToNum_: InPlace = (x) => checkTensor('nanToNum_', 'input', x).nanToNum_();
/** `detach` in place. @source torch.detach_ */
export const detach_: InPlace = (x) => checkTensor('detach_', 'input', x).detach_();
/** `zero` in place. @source torch.zero_ */
export const zero_: InPlace = (x) => checkTensor('zero_', 'input', x).zero_();
/** `gcd` in place. @source torch.gcd_ */
export const gcd_ = (x: Tensor, y: Tensor): Tensor => checkTensor('gcd_', 'input', x).gcd_(y);
/** `lcm` in place. @source torch.lcm_ */
export const lcm_ = (x: Tensor, y: Tensor): Tensor => checkTensor('lcm_', 'input', x).lcm_(y);
/** `ldexp` in place. @source torch.ldexp_ */
export const ldexp_ = (x: Tensor, y: Tensor): Tensor => checkTensor('ldexp_', 'input', x).ldexp_(y);
/** `xlogy` in place. @source torch.xlogy_ */
export const xlogy_ = (x: Tensor, y: Tensor): Tensor => checkTensor('xlogy_', 'input', x).xlogy_(y);
/** `logit` in place. @source torch.logit_ */
export const logit_ = (x: Tensor, options?: { eps?: number | null }): Tensor =>
  checkTensor('logit_', 'input', x).logit_(options);
/** `clamp` in place. @source torch.clamp_ */
export const clamp_ = (x: Tensor, min?: Tensor | Scalar | null, max?: Tensor | Scalar | null): Tensor =>
  checkTensor('clamp_', 'input', x).clamp_(min, max);
/** `clip` in place. @source torch.clip_ */
export const clip_: typeof clamp_ = clamp_;
/** `clampMin` in place. @source torch.clamp_min_ */
export const clampMin_ = (x: Tensor, min: Tensor | Scalar): Tensor =>
  checkTensor('clampMin_', 'input', x).clampMin_(min);
/** `clampMax` in place. @source torch.clamp_max_ */
export const clampMax_ = (x: Tensor, max: Tensor | Scalar): Tensor =>
  checkTensor('clampMax_', 'input', x).clampMax_(max);
/** Overwrites every element with one value. @source torch.fill_ */
export const fill_ = (x: Tensor, value: Tensor | Scalar): Tensor => checkTensor('fill_', 'input', x).fill_(value);
/** A copy of `x` with one value everywhere. @source torch.fill */
export const fill = (x: Tensor, value: Tensor | Scalar): Tensor => checkTensor('fill', 'input', x).clone().fill_(value);
/** `addmv` in place. @source torch.addmv_ */
export const addmv_ = (x: Tensor, ...rest: Parameters<Tensor['addmv_']>): Tensor =>
  checkTensor('addmv_', 'input', x).addmv_(...rest);
/** `indexPut` in place. @source torch.index_put_ */
export const indexPut_ = (x: Tensor, ...rest: Parameters<Tensor['indexPut_']>): Tensor =>
  checkTensor('indexPut_', 'input', x).indexPut_(...rest);
/** `asStrided` in place. @source torch.as_strided_ */
export const asStrided_ = (x: Tensor, ...rest: Parameters<Tensor['asStrided_']>): Tensor =>
  checkTensor('asStrided_', 'input', x).asStrided_(...rest);
/** The same elements outside the graph. @source torch.detach */
export const detach: InPlace = (x) => checkTensor('detach', 'input', x).detach();
/** As `narrow`, copied. @source torch.narrow_copy */
export const narrowCopy = (x: Tensor, dim: number, start: number, length: number): Tensor =>
  checkTensor('narrowCopy', 'input', x).narrowCopy(dim, start, length);
/** As `resize_` to the shape of `y`. @source torch.resize_as_ */
export const resizeAs_ = (x: Tensor, y: Tensor): Tensor => checkTensor('resizeAs_', 'input', x).resizeAs_(y);
/** The tensor itself: real numbers are their own conjugates. @source torch.conj_physical_ */
export const conjPhysical_: InPlace = (x) => checkTensor('conjPhysical_', 'input', x);
