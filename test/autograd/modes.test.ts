// Scopes without recording, also around asynchronous code; functions that users write.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AutogradError,
  arange,
  autograd,
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  nn,
  noGrad,
  ones,
  setGradEnabled,
  type Tensor,
  tensor,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';

const leaf = (...values: number[]) => tensor(values, { dtype: 'float64', requiresGrad: true });

describe('noGrad, enableGrad and setGradEnabled', () => {
  test('nest, and end with their function even when it throws', () => {
    const x = leaf(1);
    noGrad(() => {
      expect(isGradEnabled()).toBe(false);
      expect(x.mul(2).requiresGrad).toBe(false);
      enableGrad(() => expect(x.mul(2).requiresGrad).toBe(true));
      expect(isGradEnabled()).toBe(false);
    });
    expect(() =>
      noGrad(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(isGradEnabled()).toBe(true);
    expect(setGradEnabled(false, isGradEnabled)).toBe(false);
    expect(noGrad(() => setGradEnabled(true, isGradEnabled))).toBe(true);
    expect(isGradEnabled()).toBe(true);
  });

  test('follow an asynchronous function and leak into no other', async () => {
    const seen: [string, boolean][] = [];
    const evaluate = noGrad(async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(2);
        seen.push(['evaluate', isGradEnabled()]);
      }
    });
    expect(isGradEnabled()).toBe(true);
    const train = (async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(2);
        seen.push(['train', isGradEnabled()]);
        leaf(1).mul(2).sum().backward();
      }
    })();
    await Promise.all([evaluate, train]);
    expect(seen).toHaveLength(6);
    for (const [who, enabled] of seen) expect(enabled).toBe(who === 'train');
    expect(isGradEnabled()).toBe(true);
  });
});

describe('inferenceMode', () => {
  test('marks what it makes, which no graph may hold and nobody may write outside', () => {
    const x = leaf(2);
    const y = inferenceMode(() => {
      expect(isInferenceModeEnabled()).toBe(true);
      return x.mul(3);
    });
    expect(y.isInference()).toBe(true);
    expect(y.requiresGrad).toBe(false);
    expect(() => x.mul(y)).toThrow(
      'Inference tensors cannot be saved for backward. To work around you can make a clone',
    );
    expect(() => y.add_(1)).toThrow(/Inplace update to inference tensor outside InferenceMode is not allowed/);
    expect(() => y.requiresGrad_()).toThrow(AutogradError);
    x.mul(y.clone()).sum().backward();
    expect(x.grad?.tolist()).toEqual([6]);
    expect(inferenceMode(() => y.add_(1)).tolist()).toEqual([7]);
  });

  test('marks every new tensor, and no view of a tensor made outside', () => {
    const x = ones(2, 3);
    const made = [() => zeros(2), () => tensor(1), () => x.add(1), () => arange(3).add(1), () => x.t().contiguous()];
    for (const make of made) expect(inferenceMode(make).isInference()).toBe(true);
    const views = [() => x.view(6), () => x.t(), () => x.detach(), () => x.contiguous()];
    for (const view of views) expect(inferenceMode(view).isInference()).toBe(false);
    expect(inferenceMode(() => new nn.Linear(1, 1).weight).requiresGrad).toBe(true);
  });

  test('leaves constants of operators usable outside', () => {
    inferenceMode(() => ones(1).mul(2.75));
    expect(leaf(1).mul(2.75).requiresGrad).toBe(true);
  });

  test('follows asynchronous code', async () => {
    const pending = inferenceMode(async () => {
      await sleep(1);
      return leaf(1).mul(2);
    });
    expect(leaf(1).mul(2).isInference()).toBe(false);
    expect((await pending).isInference()).toBe(true);
  });
});

describe('autograd.Function', () => {
  class Cube extends autograd.Function {
    static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.pow(3);
    }

    static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
      const [x] = ctx.savedTensors;
      return g.mul((x as Tensor).square()).mul(3);
    }
  }

  test('has the gradients it says, of every order', () => {
    const x = leaf(1, 2);
    const y = Cube.apply(x);
    expect(y.gradFn?.name).toBe('CubeBackward');
    expect(autograd.gradcheck((own) => Cube.apply(own as Tensor), [x])).toBe(true);
    expect(autograd.gradgradcheck((own) => Cube.apply(own as Tensor), [x])).toBe(true);
    expect(autograd.gradgradcheck((own) => (own as Tensor).detach(), [x])).toBe(true);
    expect(Cube.apply(tensor([2])).tolist()).toEqual([8]);
  });

  test('checks what it saved, and how many gradients it returns', () => {
    const x = leaf(1).mul(1);
    const y = Cube.apply(x).sum();
    x.add_(1);
    expect(() => y.backward()).toThrow(/modified by an inplace operation/);
    class Two extends autograd.Function {
      static override forward(_ctx: autograd.FunctionContext, a: Tensor, b: Tensor): Tensor {
        return a.mul(b);
      }
      static override backward(_ctx: autograd.FunctionContext, g: Tensor): Tensor {
        return g;
      }
    }
    expect(() => Two.apply(leaf(1), leaf(2)).sum().backward()).toThrow(
      'function TwoBackward returned an incorrect number of gradients (expected 2, got 1)',
    );
  });

  test('knows who wants a gradient, and may have several outputs', () => {
    const wants: boolean[][] = [];
    class Split extends autograd.Function {
      static override forward(ctx: autograd.FunctionContext, a: Tensor, b: Tensor, factor: number): [Tensor, Tensor] {
        wants.push(ctx.needsInputGrad);
        ctx.factor = factor;
        const outputs: [Tensor, Tensor] = [a.mul(factor), b.gt(0)];
        ctx.markNonDifferentiable(outputs[1]);
        return outputs;
      }
      static override backward(ctx: autograd.FunctionContext, g: Tensor, none: Tensor | null) {
        expect(none === null || none.sum().item() === 0).toBe(true);
        return [g.mul(ctx.factor as number), null, null];
      }
    }
    const a = leaf(1, 2);
    const [y, mask] = Split.apply(a, tensor([1, -1]), 4);
    expect(wants).toEqual([[true, false, false]]);
    expect(mask.requiresGrad).toBe(false);
    y.sum().backward();
    expect(a.grad?.tolist()).toEqual([4, 4]);
  });
});
