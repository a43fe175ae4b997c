// The namespace `io`.
export { save } from './safetensors.ts';
