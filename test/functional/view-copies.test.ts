// Copies of views show what the views show, in memory of their own, and pass gradients as the views do.
import * as flambeau from 'flambeau';
import { nn, type Tensor } from 'flambeau';
import { expect, test } from 'vitest';
import * as copies from '../../lib/functional/view-copies.ts';

type Copy = keyof typeof copies;
type AnyFunction = (x: Tensor, ...args: unknown[]) => Tensor | Tensor[];

// The view of which each is a copy, and what both take behind the tensor.
const views: Readonly<Record<Copy, readonly [view: string | AnyFunction, ...args: unknown[]]>> = {
  aliasCopy: [(x) => x],
  asStridedCopy: ['asStrided', [2, 3], [4, 1], 1],
  detachCopy: [(x) => x.detach()],
  diagonalCopy: ['diagonal', { offset: 1 }],
  expandCopy: ['expand', 2, 3, 4],
  permuteCopy: ['permute', 1, 0],
  selectCopy: ['select', 1, -1],
  sliceCopy: ['slice', 1, 0, 4, 2],
  splitCopy: ['split', 2],
  splitWithSizesCopy: ['splitWithSizes', [1, 2]],
  squeezeCopy: ['squeeze', 0],
  tCopy: ['t'],
  transposeCopy: ['transpose', 0, 1],
  unbindCopy: ['unbind', 1],
  unfoldCopy: [(x) => x.unfold(1, 2, 1), 1, 2, 1],
  unsqueezeCopy: ['unsqueeze', 1],
  viewCopy: ['view', 4, 3],
};

const made = { ...copies } as unknown as Readonly<Record<string, AnyFunction>>;

test.each(Object.entries(views))('%s', (name, [view, ...args]) => {
  const leaf = () => flambeau.arange(12, { dtype: 'float64' }).reshape(3, 4).mul(0.5).detach().requiresGrad_();
  const [x, y] = [leaf(), leaf()];
  const known = { ...nn.functional, ...flambeau } as unknown as Readonly<Record<string, AnyFunction>>;
  const of = typeof view === 'string' ? (known[view] as AnyFunction) : view;
  const shown = [of(x, ...args)].flat();
  const copied = [(made[name] as AnyFunction)(y, ...args)].flat();
  expect(copied.map((part) => [part.tolist(), part.requiresGrad])).toEqual(
    shown.map((part) => [part.tolist(), part.requiresGrad]),
  );
  for (const part of copied) expect(part.storage === y.storage).toBe(false);
  if (!shown.every((part) => part.requiresGrad)) return;
  const backward = (parts: readonly Tensor[]) =>
    parts.forEach((part, i) => {
      part
        .mul(i + 1)
        .sum()
        .backward();
    });
  backward(shown);
  backward(copied);
  expect(y.grad?.tolist()).toEqual(x.grad?.tolist());
});
