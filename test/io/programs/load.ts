// Loads a file; prints how many tensors it has, the milliseconds, and the bytes of memory that this took: load.ts FILE
import { io } from 'flambeau';

const [path = ''] = process.argv.slice(2);
const before = process.memoryUsage.rss();
const started = performance.now();
const { size } = await io.load<io.TensorFile>(path);
const milliseconds = performance.now() - started;
console.log(JSON.stringify({ size, milliseconds, memory: process.resourceUsage().maxRSS * 1024 - before }));
