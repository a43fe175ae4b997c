// The command `flambeau`, run as people run it.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io, manualSeed, nn, type Tensor, tensor } from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';
import { safetensorsFile } from '../support/files.ts';

const root = mkdtempSync(join(tmpdir(), 'flambeau-cli-'));
afterAll(() => rmSync(root, { recursive: true }));
const fixture = (name: string) => fileURLToPath(new URL(`../io/fixtures/${name}`, import.meta.url));
const program = fileURLToPath(new URL('../../lib/cli/index.ts', import.meta.url));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return { status, stdout, stderr };
}

describe('inspect', () => {
  it.each(['module.pt', 'legacy.pt', 'plain.safetensors', 'optimizers.pt'])(
    'describes %s as load reads it',
    async (name) => {
      const { status, stdout } = run('inspect', fixture(name), '--json');
      expect(status).toBe(0);
      const { tensors } = JSON.parse(stdout) as io.FileSummary;
      const find = (value: unknown, path: string): Tensor => {
        if (!(value instanceof Map)) return (value as Tensor[])[Number(path)] as Tensor;
        const key = [...value.keys()].find((entry) => path === String(entry) || path.startsWith(`${String(entry)}.`));
        const rest = path.slice(String(key).length + 1);
        return rest === '' ? (value.get(key) as Tensor) : find(value.get(key), rest);
      };
      const value = await io.load(fixture(name));
      expect(tensors.length).toBeGreaterThan(4);
      for (const { name: path, dtype, shape, bytes } of tensors) {
        const x = find(value, path);
        expect({ dtype: x.dtype, shape: [...x.shape], bytes: x.nbytes }).toEqual({ dtype, shape, bytes });
      }
    },
  );

  it('prints a table', () => {
    const { stdout } = run('inspect', fixture('plain.safetensors'));
    expect(stdout).toContain('b     float32  (3, 4)  48 bytes\n');
    expect(stdout).toContain('safetensors, 412 bytes: 5 tensors, 18 elements\nformat: "pt"\n');
  });

  it('reads no tensors: a file of 64 GiB takes a moment', async () => {
    const path = join(root, 'large.safetensors');
    const bytes = 2 ** 36;
    const header = JSON.stringify({ w: { dtype: 'F32', shape: [2 ** 17, 2 ** 17], data_offsets: [0, bytes] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const file = openSync(path, 'w');
    writeSync(file, Buffer.concat([length, Buffer.from(header)]));
    ftruncateSync(file, 8 + header.length + bytes);
    closeSync(file);
    const summary = await io.inspect(path);
    expect(summary.tensors).toEqual([
      { name: 'w', dtype: 'float32', shape: [2 ** 17, 2 ** 17], elements: 2 ** 34, bytes },
    ]);
    rmSync(path);
  });

  it('lists 200,000 tensors', () => {
    const path = join(root, 'many.safetensors');
    const entries = Array.from(
      { length: 200_000 },
      (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`,
    );
    writeFileSync(path, safetensorsFile(`{"__metadata__":{"a":"b"},${entries.join(',')}}`));
    const { status, stdout } = run('inspect', path);
    expect(status).toBe(0);
    expect(stdout).toContain('\nt199999  float32  (0)    0 bytes\n');
    expect(stdout).toContain(': 200000 tensors, 0 elements\na: "b"\n');
  });
});

describe('convert', () => {
  it('there and back gives the same tensors in the same order', async () => {
    const [there, back] = [join(root, 'm.safetensors'), join(root, 'm.pt')];
    expect(run('convert', fixture('module.pt'), there)).toMatchObject({ status: 0, stderr: '' });
    expect(run('convert', there, back)).toMatchObject({ status: 0, stderr: '' });
    const [first, last] = [await io.load<nn.StateDict>(fixture('module.pt')), await io.load<nn.StateDict>(back)];
    expect([...last.keys()]).toEqual([...first.keys()]);
    for (const [name, x] of first) expect(last.get(name)?.tolist()).toEqual(x.tolist());
  });

  it('takes an entry of a checkpoint', async () => {
    manualSeed(0);
    const model = new nn.Linear(2, 3);
    const path = await new io.Checkpointer(join(root, 'run'), { model }).save(1);
    const target = join(root, 'linear.safetensors');
    const missing = run('convert', path, target);
    expect(missing).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^flambeau: 'step' is no tensor but 1; --key/),
    });
    expect(existsSync(target)).toBe(false);
    expect(run('convert', path, target, '--key', 'parts.model').status).toBe(0);
    const found = await io.load<nn.StateDict>(target);
    expect(found.get('weight')?.equal(model.weight)).toBe(true);
  });

  it('replaces a file only when told so', async () => {
    const path = join(root, 'there.pt');
    await io.save(new Map([['x', tensor([1])]]), path);
    const refused = run('convert', fixture('plain.safetensors'), path);
    expect(refused).toEqual({ status: 1, stdout: '', stderr: `flambeau: ${path} exists; --force replaces it\n` });
    expect(run('convert', fixture('plain.safetensors'), path, '--force').status).toBe(0);
  });
});

describe('info and bench', () => {
  it('say what the library runs on', () => {
    const { isa, threads, memoryLimit } = JSON.parse(run('info', '--json').stdout) as Record<string, unknown>;
    expect(['baseline', 'avx2', 'avx512', 'neon']).toContain(isa);
    expect([threads, memoryLimit]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(run('info').stdout).toMatch(/^kernels\s+\w+: /m);
  });

  it('measure', () => {
    const { us } = JSON.parse(run('bench', '--seconds', '0.01', '--json').stdout) as { us: Record<string, number> };
    expect(Object.values(us).every((value) => value > 0)).toBe(true);
  });
});

describe('errors', () => {
  it.each([
    ['a missing file', ['inspect', 'nowhere.pt'], /^flambeau: ENOENT: .*nowhere\.pt'\n$/],
    ['a file of something else', ['inspect', program], /^flambeau: .*index\.ts.*\n$/],
    ['a forbidden pickle', ['inspect', fixture('whole-module.pt')], /^flambeau: .*whole-module\.pt.*\n$/],
    ['an unknown command', ['inspekt'], /^flambeau: unknown command 'inspekt' \(Did you mean inspect\?\)\n$/],
    ['an unknown option', ['info', '--jsn'], /^flambeau: unknown option '--jsn' \(Did you mean --json\?\)\n$/],
    ['a wrong number', ['bench', '--threads', '0'], /^flambeau: --threads must be at least 1, got 0\n$/],
    ['an unknown ending', ['convert', fixture('module.pt'), join(root, 'x.doc')], /^flambeau: save: .*give the option/],
  ])('are one line for %s', (_name, args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('show a stack when asked to', () => {
    expect(run('--stack', 'inspect', 'nowhere.pt').stderr).toMatch(/\n\s+at /);
  });

  it('help and version are none', () => {
    expect(run('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
