// Digits drawn by the program itself, for when MNIST is not at hand: strokes under a random affine map, with noise.
import { data, Generator, rand, tensor } from 'flambeau';

type Point = readonly [x: number, y: number];

// Strokes of each digit in a square from (-1, -1) at the top left to (1, 1).
const arc = (cx: number, cy: number, rx: number, ry: number, from: number, to: number): Point[] =>
  Array.from({ length: 13 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 12) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });

const strokes: readonly Point[][][] = [
  [arc(0, 0, 0.55, 0.85, 0, 360)],
  [
    [
      [-0.3, -0.55],
      [0.05, -0.85],
      [0.05, 0.85],
    ],
  ],
  [[...arc(0, -0.4, 0.5, 0.45, 190, 390), [-0.5, 0.85], [0.55, 0.85]]],
  [[...arc(-0.05, -0.42, 0.48, 0.42, 200, 450), ...arc(-0.05, 0.42, 0.55, 0.44, 270, 520)]],
  [
    [
      [0.3, 0.85],
      [0.3, -0.85],
      [-0.55, 0.3],
      [0.6, 0.3],
    ],
  ],
  [[[0.5, -0.85], [-0.4, -0.85], [-0.45, -0.1], ...arc(-0.02, 0.32, 0.52, 0.5, 235, 510)]],
  [[[0.35, -0.85], ...arc(0.3, 0.1, 0.85, 0.95, 240, 180), ...arc(0, 0.4, 0.5, 0.45, 180, 540)]],
  [
    [
      [-0.55, -0.85],
      [0.55, -0.85],
      [-0.1, 0.85],
    ],
  ],
  [arc(0, -0.43, 0.42, 0.4, 90, 450), arc(0, 0.42, 0.52, 0.44, -90, 270)],
  [
    arc(0, -0.4, 0.48, 0.45, 0, 360),
    [
      [0.48, -0.4],
      [0.42, 0.3],
      [0.2, 0.85],
    ],
  ],
];

const side = 28;

function distanceToSegment(px: number, py: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}

// r: ten numbers in [0, 1) that choose rotation, shear, sizes, place and thickness.
function draw(digit: number, r: readonly number[], noise: ArrayLike<number>, pixels: Uint8Array): void {
  const between = (i: number, low: number, high: number) => low + (r[i] ?? 0) * (high - low);
  const angle = between(0, -0.25, 0.25);
  const shear = between(1, -0.3, 0.3);
  const [sx, sy] = [between(2, 6.5, 9), between(3, 8, 10.5)];
  const [cx, cy] = [between(4, 12.5, 15.5), between(5, 12.5, 15.5)];
  const thickness = between(6, 0.9, 1.8);
  const map = ([x, y]: Point): Point => {
    const u = (x + shear * y) * sx;
    const v = y * sy;
    return [cx + u * Math.cos(angle) - v * Math.sin(angle), cy + u * Math.sin(angle) + v * Math.cos(angle)];
  };
  const lines = (strokes[digit] ?? []).map((stroke) => stroke.map(map));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let nearest = Number.POSITIVE_INFINITY;
      for (const line of lines) {
        for (let i = 1; i < line.length; i++) {
          const [a, b] = [line[i - 1], line[i]];
          if (a !== undefined && b !== undefined) nearest = Math.min(nearest, distanceToSegment(x, y, a, b));
        }
      }
      const ink = 255 * Math.min(1, Math.max(0, thickness + 0.5 - nearest));
      const grain = 40 * ((noise[y * side + x] ?? 0) - 0.5);
      pixels[y * side + x] = Math.min(255, Math.max(0, Math.round(ink + (ink > 0 ? grain : 0))));
    }
  }
}

/** Images (n, 28, 28) uint8 and labels (n) int64, the same for the same seed. */
export function drawnDigits(n: number, seed: number): data.TensorDataset {
  const generator = new Generator().manualSeed(seed);
  const choices = rand(n, 10, { generator }).tolist() as number[][];
  const images = new Uint8Array(n * side * side);
  const labels = Array.from({ length: n }, (_, i) => i % 10);
  labels.forEach((digit, i) => {
    const noise = rand(side * side, { generator }).toTypedArray() as Float32Array;
    draw(digit, choices[i] ?? [], noise, images.subarray(i * side * side, (i + 1) * side * side));
  });
  return new data.TensorDataset(tensor(images).view(n, side, side), tensor(labels));
}
