// What Progress shows in a terminal and elsewhere.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Progress } from '../../lib/train/progress.ts';

function shown(isTTY: boolean): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 });
  const progress = new Progress(stream as unknown as NodeJS.WriteStream);
  const report = { epoch: 0, lr: 0.1, gradNorm: null, size: 8 };
  for (let step = 1; step <= 4; step++) progress.step({ ...report, step, loss: 1 / step }, step, 4, 2);
  progress.evaluation({ step: 4, epoch: 0, values: { loss: 0.5 } });
  progress.epoch({ step: 4, epoch: 1, values: { loss: 0.123456789, accuracy: 1 } });
  progress.step({ ...report, epoch: 1, step: 5, loss: 1 }, 1, null, null);
  progress.end();
  return String(stream.read());
}

describe('Progress', () => {
  it('draws a line anew in a terminal, never wider than it', () => {
    const text = shown(true);
    expect(text).toContain(`\r\x1b[2Kepoch 1/2 [${'='.repeat(30)}] 100%`);
    const widths = text.split(/\r|\n/).map((line) => line.replaceAll('\x1b[2K', '').length);
    expect(Math.max(...widths)).toBeLessThan(60);
  });

  it('knows no rate after the first step that it sees', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: false });
    const report = { epoch: 1, step: 8, lr: 0.1, gradNorm: null, size: 8, loss: 1 };
    new Progress(stream as unknown as NodeJS.WriteStream).step(report, 4, 4, 2);
    expect(String(stream.read())).toBe('epoch 2/2 batch 4/4 loss 1.0000\n');
  });

  it('writes plain lines elsewhere', () => {
    const [first, ...rest] = shown(false).trimEnd().split('\n');
    expect(first).toMatch(/^epoch 1\/2 batch 4\/4 loss 0\.\d{4} \d+\/s ETA 0 s$/);
    expect(rest).toEqual(['step 4 evaluation: loss 0.5', 'epoch 1: loss 0.12346, accuracy 1']);
  });
});
