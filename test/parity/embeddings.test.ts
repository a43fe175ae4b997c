// Embeddings, bilinear forms and the adaptive softmax against what PyTorch recorded.
import { type Case, replayAll } from '../support/replay.ts';
import recorded from './embeddings.json' with { type: 'json' };

replayAll(recorded.cases as unknown as Case[]);
