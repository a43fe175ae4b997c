// A line search for steps that satisfy the strong Wolfe conditions. @source minFunc's WolfeLineSearch, as in torch.optim.LBFGS
import type { Tensor } from '../tensor/tensor.ts';

/** A point on the line: how far, the loss there, its gradient, and the slope along the line. */
export interface Point {
  readonly t: number;
  readonly loss: number;
  readonly gradient: Tensor;
  readonly slope: number;
}

/** What the search found, and how many evaluations it took. */
export interface Found {
  readonly point: Point;
  readonly evaluations: number;
}

const sufficientDecrease = 1e-4;
const curvature = 0.9;
const maxIterations = 25;

/**
 * Searches from `start` (t = 0) with first step `t`.
 *
 * @param evaluate loss, gradient and slope at a distance
 * @param largest the largest element of the direction, for the smallest bracket worth dividing
 */
export function strongWolfe(
  evaluate: (t: number) => Point,
  start: Point,
  t: number,
  largest: number,
  toleranceChange: number,
): Found {
  const bracketed = bracket(evaluate, start, t);
  let { iterations, done } = bracketed;
  const ends = bracketed.ends;
  let [low, high] = order(ends);
  let stalled = false;
  while (!done && iterations < maxIterations) {
    const [a, b] = ends as [Point, Point];
    if (Math.abs(b.t - a.t) * largest < toleranceChange) break;
    const [left, right] = [Math.min(a.t, b.t), Math.max(a.t, b.t)];
    let next = cubicMinimum(a, b, left, right);
    // Too near an end twice in a row: go a tenth inside.
    const margin = 0.1 * (right - left);
    if (Math.min(right - next, next - left) < margin) {
      if (stalled || next >= right || next <= left) {
        next = Math.abs(next - right) < Math.abs(next - left) ? right - margin : left + margin;
        stalled = false;
      } else stalled = true;
    } else stalled = false;
    const point = evaluate(next);
    iterations += 1;
    const [lowEnd, highEnd] = [ends[low], ends[high]] as [Point, Point];
    if (tooHigh(point, start) || point.loss >= lowEnd.loss) {
      ends[high] = point;
      [low, high] = order(ends);
    } else {
      if (Math.abs(point.slope) <= -curvature * start.slope) done = true;
      else if (point.slope * (highEnd.t - lowEnd.t) >= 0) ends[high] = lowEnd;
      ends[low] = point;
    }
  }
  return { point: ends[low] as Point, evaluations: iterations + 1 };
}

function order(ends: readonly Point[]): [number, number] {
  return (ends[0]?.loss ?? 0) <= (ends.at(-1)?.loss ?? 0) ? [0, 1] : [1, 0];
}

function tooHigh(point: Point, start: Point): boolean {
  return point.loss > start.loss + sufficientDecrease * point.t * start.slope;
}

interface Bracketed {
  readonly ends: Point[];
  readonly iterations: number;
  readonly done: boolean;
}

// Goes outward until the minimum must lie between two points, or a point is good enough.
function bracket(evaluate: (t: number) => Point, start: Point, t: number): Bracketed {
  let previous = start;
  let point = evaluate(t);
  let iterations = 0;
  while (iterations < maxIterations) {
    if (tooHigh(point, start) || (iterations > 1 && point.loss >= previous.loss)) break;
    if (Math.abs(point.slope) <= -curvature * start.slope) return { ends: [point], iterations, done: true };
    if (point.slope >= 0) break;
    const least = point.t + 0.01 * (point.t - previous.t);
    const next = cubicMinimum(previous, point, least, point.t * 10);
    previous = point;
    point = evaluate(next);
    iterations += 1;
  }
  return { ends: [iterations === maxIterations ? start : previous, point], iterations, done: false };
}

// The minimum of the cubic through two points with their slopes, kept within [low, high].
function cubicMinimum(a: Point, b: Point, low: number, high: number): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 ** 2 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [near, far] = a.t <= b.t ? [a, b] : [b, a];
  const minimum = far.t - (far.t - near.t) * ((far.slope + d2 - d1) / (far.slope - near.slope + 2 * d2));
  return Math.min(Math.max(minimum, low), high);
}
