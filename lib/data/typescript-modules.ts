// Lets worker threads import TypeScript where the main thread can: Node 20 does not hand `--import tsx` on to them.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const isTypeScript = (url: string) => /\.[cm]?tsx?$/.test(new URL(url).pathname);

/** The URL of the module that registers tsx, seen from `url`; null where it is not needed or not installed. */
export function typeScriptLoader(url: string): string | null {
  if (!isTypeScript(url) || (process.features as { typescript?: unknown }).typescript) return null;
  try {
    // `resolve` finds the CommonJS twin, which lies beside the module and cannot register hooks from everywhere.
    return pathToFileURL(
      createRequire(url)
        .resolve('tsx/esm/api')
        .replace(/\.cjs$/, '.mjs'),
    ).href;
  } catch {
    return null;
  }
}

let registered = false;

/** Called before a worker imports `url`. */
export async function prepareImport(url: string): Promise<void> {
  if (isMainThread || registered) return;
  const loader = typeScriptLoader(url);
  if (loader === null) return;
  registered = true;
  const { register } = (await import(loader)) as { register(): void };
  register();
}
