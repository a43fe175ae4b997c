// The namespace `io`.
export { OrderedDict, tuple } from '../python.ts';
export {
  type Checkpoint,
  Checkpointer,
  type CheckpointerOptions,
  type CheckpointOptions,
  type Stateful,
  type StatefulStream,
} from './checkpointer.ts';
export { type FileSummary, inspect, type TensorSummary } from './inspect.ts';
export { type FileFormat, type LoadOptions, load, type SaveOptions, save } from './load.ts';
export { TensorFile } from './safetensors.ts';
export type { Progress } from './source.ts';
