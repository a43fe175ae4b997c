// A warning in a loop is one line, not one for each pass.
import { isWarnAlwaysEnabled, nn, ones, setWarnAlways } from 'flambeau';
import { afterEach, expect, test, vi } from 'vitest';

const F = nn.functional;
const printed = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
afterEach(() => void printed.mockClear());

test('the same warning is printed once', () => {
  for (let i = 0; i < 3; i++) F.mseLoss(ones(2, 1), ones(2));
  F.mseLoss(ones(3, 1), ones(3));
  expect(printed.mock.calls.map(([text, type]) => `${type}: ${text}`)).toEqual([
    expect.stringMatching(/^UserWarning: Using a target size \(\[2\]\)/),
    expect.stringMatching(/^UserWarning: Using a target size \(\[3\]\)/),
  ]);
});

test('setWarnAlways prints it each time', () => {
  setWarnAlways(true);
  expect(isWarnAlwaysEnabled()).toBe(true);
  for (let i = 0; i < 3; i++) F.softmin(ones(2));
  setWarnAlways(false);
  F.softmin(ones(2));
  expect(printed).toHaveBeenCalledTimes(3);
});
