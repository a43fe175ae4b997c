// Recurrent layers and packed sequences against what PyTorch recorded.
import { type Case, replayAll } from '../support/replay.ts';
import recorded from './recurrent.json' with { type: 'json' };

replayAll(recorded.cases as unknown as Case[]);
