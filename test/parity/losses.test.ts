// Losses and distances against what PyTorch recorded.
import { type Case, replayAll } from '../support/replay.ts';
import recorded from './losses.json' with { type: 'json' };

replayAll(recorded.cases as unknown as Case[]);
