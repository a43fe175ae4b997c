// What schedulers print, and schedulers of one's own.
import { nn, optim, tensor } from 'flambeau';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const { lrScheduler } = optim;
const optimizerOf = () => new optim.SGD([new nn.Parameter(tensor([1.5]))], { lr: 0.5 });
const warnings: string[] = [];
const note = (warning: Error) => void warnings.push(`${warning.name}: ${warning.message}`);
const settled = () => new Promise((resolve) => void setImmediate(resolve));

beforeEach(() => {
  warnings.length = 0;
  process.on('warning', note);
});
afterEach(() => void process.off('warning', note));

describe('a scheduler', () => {
  it('warns when it steps before the optimizer', async () => {
    const optimizer = optimizerOf();
    new lrScheduler.StepLR(optimizer, 2).step();
    await settled();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^UserWarning: Detected call of `lr_scheduler.step\(\)` before `optimizer.step\(\)`\./);
  });

  it('is silent otherwise', async () => {
    const optimizer = optimizerOf();
    const scheduler = new lrScheduler.SequentialLR(
      optimizer,
      [new lrScheduler.StepLR(optimizer, 2), new lrScheduler.ExponentialLR(optimizer, 0.5)],
      [2],
    );
    for (let i = 0; i < 5; i++) {
      optimizer.step();
      scheduler.step();
    }
    await settled();
    expect(warnings).toEqual([]);
  });

  it('warns of getLr, of epochs and of verbose', async () => {
    const optimizer = optimizerOf();
    const scheduler = new lrScheduler.StepLR(optimizer, 2, { verbose: true });
    scheduler.getLr();
    optimizer.step();
    scheduler.step(3);
    await settled();
    expect(warnings.map((text) => text.slice(0, 60))).toEqual(
      [
        'UserWarning: The verbose parameter is deprecated. Please use ',
        'UserWarning: To get the last learning rate computed by the sc',
        'UserWarning: The epoch parameter in `scheduler.step()` was not',
      ].map((text) => text.slice(0, 60)),
    );
    expect(scheduler.getLastLr()[0]).toBeCloseTo(0.05, 12);
  });

  it("of one's own says how to compute rates", () => {
    class Halves extends lrScheduler.LRScheduler {
      declare every: number;
      constructor(optimizer: optim.Optimizer, every: number) {
        super(optimizer, {}, { every });
      }
      protected override compute(): number[] {
        return this.baseLrs.map((base) => base / 2 ** Math.floor(this.lastEpoch / this.every));
      }
    }
    const optimizer = optimizerOf();
    const scheduler = new Halves(optimizer, 2);
    for (let i = 0; i < 4; i++) {
      optimizer.step();
      scheduler.step();
    }
    expect(optimizer.paramGroups[0]?.lr).toBe(0.125);
    expect(scheduler.stateDict().get('every')).toBe(2);
  });

  it('writes into a rate that is a tensor', () => {
    const lr = tensor(0.5);
    const optimizer = new optim.SGD([new nn.Parameter(tensor([1.5]))], { lr });
    const scheduler = new lrScheduler.ExponentialLR(optimizer, 0.5);
    optimizer.step();
    scheduler.step();
    expect([optimizer.paramGroups[0]?.lr, lr.item()]).toEqual([lr, 0.25]);
  });

  it('refuses what is no optimizer', () => {
    expect(() => new lrScheduler.StepLR({} as optim.Optimizer, 2)).toThrow('Object is not an Optimizer');
    expect(() => new lrScheduler.StepLR(optimizerOf(), 2, { gama: 1 } as object)).toThrow(/did you mean 'gamma'/);
  });
});
