// Asks for tensors and lists larger than this process's memory and heap, one after the other; prints how each ended.
import {
  chunk,
  hannWindow,
  linspace,
  logspace,
  nn,
  ones,
  pdist,
  repeatInterleave,
  split,
  tensor,
  tensorSplit,
  unbind,
} from 'flambeau';

const F = nn.functional;
const huge = 2 ** 29;
const wide = ones(1).expand(huge);

const asks: Record<string, () => unknown> = {
  linspace: () => linspace(0, 1, huge),
  logspace: () => logspace(0, 1, huge),
  hannWindow: () => hannWindow(huge),
  repeatInterleave: () => repeatInterleave(ones(2), tensor([huge, 1])),
  tensorSplit: () => tensorSplit(ones(2), huge),
  split: () => split(wide, 1),
  chunk: () => chunk(ones(0), huge),
  unbind: () => unbind(wide),
  tolist: () => wide.tolist(),
  interpolate: () => F.interpolate(ones(1, 1, 2), { size: huge }),
  adaptiveAvgPool1d: () => F.adaptiveAvgPool1d(ones(1, 1, 2), huge),
  adaptiveMaxPool1d: () => F.adaptiveMaxPool1d(ones(1, 1, 2), huge),
  avgPool1d: () => F.avgPool1d(ones(1, 1, 1).expand(1, 1, huge), 3, { stride: 1 }),
  pad: () => F.pad(ones(1, 1, 4), [huge, 0], { mode: 'replicate' }),
  pdist: () => pdist(ones(2 ** 15, 1)),
};

for (const [name, ask] of Object.entries(asks)) {
  try {
    ask();
    console.log(`${name}: no error`);
  } catch (error) {
    console.log(`${name}: ${(error as Error).constructor.name}`);
  }
}
