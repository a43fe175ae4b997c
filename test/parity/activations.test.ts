// Activations against what PyTorch recorded.
import { type Case, replayAll } from '../support/replay.ts';
import recorded from './activations.json' with { type: 'json' };

replayAll(recorded.cases as unknown as Case[]);
