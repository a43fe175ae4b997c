// How tensors print after setPrintoptions.
import { arange, setPrintoptions, tensor, ValueError } from 'flambeau';
import { afterEach, describe, expect, test } from 'vitest';

afterEach(() => setPrintoptions({ profile: 'default' }));

describe('setPrintoptions', () => {
  test('a profile stands for several options', () => {
    setPrintoptions({ profile: 'short' });
    expect(String(tensor([Math.PI]))).toBe('tensor([3.14])');
    expect(String(arange(1001))).toBe('tensor([   0,    1,  ...,  999, 1000])');
    setPrintoptions({ profile: 'full' });
    expect(String(arange(1001))).not.toContain('...');
    setPrintoptions({ profile: 'default' });
    expect(String(arange(1001))).toBe('tensor([   0,    1,    2,  ...,  998,  999, 1000])');
  });

  test('other options override the profile, and null leaves them', () => {
    setPrintoptions({ profile: 'short', precision: 6 });
    expect(String(tensor([Math.PI]))).toBe('tensor([3.141593])');
    setPrintoptions({ precision: undefined, sciMode: true });
    expect(String(tensor([Math.PI]))).toBe('tensor([3.141593e+00])');
    setPrintoptions({});
    expect(String(tensor([Math.PI]))).toBe('tensor([3.141593])');
  });

  test('refuses an unknown profile', () => {
    expect(() => setPrintoptions({ profile: 'long' as 'full' })).toThrow(ValueError);
  });
});
