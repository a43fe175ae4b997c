// What is wrong with a safetensors file is found before anything is made of it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io, memoryStats } from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';
import { safetensorsFile } from '../support/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'flambeau-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const one = (shape: string, offsets: string, dtype = 'F32') =>
  `{"x":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;
const two = (a: string, b: string) =>
  `{"a":{"dtype":"U8","shape":[4],"data_offsets":${a}},"b":{"dtype":"U8","shape":[4],"data_offsets":${b}}}`;
const bytes = (n: number) => Buffer.alloc(n);

const rows: [string, Buffer, string, RegExp?][] = [
  ['nothing at all', bytes(0), 'HEADER_TOO_SMALL'],
  ['7 bytes', bytes(7), 'HEADER_TOO_SMALL'],
  ['a header of 2^63 bytes', safetensorsFile('{}', bytes(0), 2n ** 63n), 'HEADER_LENGTH'],
  ['a header longer than the file', safetensorsFile('{}', bytes(0), 3n), 'HEADER_LENGTH'],
  ['a header that is not UTF-8', safetensorsFile(Buffer.from([0x7b, 0xff, 0x7d])), 'HEADER_INVALID'],
  ['a byte order mark', safetensorsFile('\ufeff{}'), 'HEADER_INVALID'],
  ['a leading space', safetensorsFile(' {}'), 'HEADER_INVALID'],
  ['an empty header', safetensorsFile(''), 'HEADER_INVALID'],
  ['a list', safetensorsFile('[]'), 'HEADER_INVALID'],
  ['something behind the object', safetensorsFile('{}{}'), 'HEADER_INVALID'],
  ['an object that does not end', safetensorsFile('{"x":'), 'HEADER_INVALID'],
  ['a string that does not end', safetensorsFile('{"x'), 'HEADER_INVALID'],
  ['a control character', safetensorsFile('{"x\n":1}'), 'HEADER_INVALID'],
  ['a trailing comma', safetensorsFile('{"__metadata__":{},}'), 'HEADER_INVALID'],
  ['deep nesting', safetensorsFile(`{"x":${'['.repeat(100_000)}`), 'HEADER_INVALID'],
  ['deep objects', safetensorsFile('{"x":'.repeat(100_000)), 'HEADER_INVALID'],
  ['a name twice', safetensorsFile(two('[0,4]', '[4,8]').replace('"b"', '"a"'), bytes(8)), 'DUPLICATE_NAME', /"a"/],
  [
    'a name twice, once escaped',
    safetensorsFile(two('[0,4]', '[4,8]').replace('"b"', '"\\u0061"'), bytes(8)),
    'DUPLICATE_NAME',
  ],
  ['a key twice', safetensorsFile(one('[1],"shape":[1]', '[0,4]'), bytes(4)), 'HEADER_INVALID'],
  ['a key too many', safetensorsFile(one('[1],"more":[1]', '[0,4]'), bytes(4)), 'HEADER_INVALID', /"more"/],
  ['a key too few', safetensorsFile('{"x":{"dtype":"F32","shape":[1]}}', bytes(4)), 'HEADER_INVALID', /lacks/],
  ['overlapping tensors', safetensorsFile(two('[0,4]', '[2,6]'), bytes(6)), 'OFFSET_INVALID', /overlaps/],
  ['the same bytes twice', safetensorsFile(two('[0,4]', '[0,4]'), bytes(4)), 'OFFSET_INVALID', /overlaps/],
  ['a hole', safetensorsFile(two('[0,4]', '[5,9]'), bytes(9)), 'OFFSET_INVALID', /hole/],
  ['a hole at the beginning', safetensorsFile(one('[1]', '[4,8]'), bytes(8)), 'OFFSET_INVALID', /hole/],
  ['reversed offsets', safetensorsFile(one('[1]', '[4,0]'), bytes(4)), 'OFFSET_INVALID'],
  ['negative offsets', safetensorsFile(one('[1]', '[-4,0]'), bytes(4)), 'OFFSET_INVALID'],
  ['fractional offsets', safetensorsFile(one('[1]', '[0,4.0]'), bytes(4)), 'OFFSET_INVALID'],
  ['offsets with an exponent', safetensorsFile(one('[1]', '[0,4e0]'), bytes(4)), 'OFFSET_INVALID'],
  ['offsets with a leading zero', safetensorsFile(one('[1]', '[00,4]'), bytes(4)), 'OFFSET_INVALID'],
  ['offsets above 2^53', safetensorsFile(one('[1]', '[0,9223372036854775807]'), bytes(4)), 'OFFSET_INVALID'],
  ['three offsets', safetensorsFile(one('[1]', '[0,4,4]'), bytes(4)), 'OFFSET_INVALID'],
  ['one offset', safetensorsFile(one('[1]', '[4]'), bytes(4)), 'OFFSET_INVALID'],
  ['a shape that overflows', safetensorsFile(one('[4294967296,4294967296]', '[0,0]')), 'SHAPE_OVERFLOW'],
  ['a shape of many dimensions', safetensorsFile(one(`[${'1,'.repeat(64)}1]`, '[0,4]'), bytes(4)), 'SHAPE_OVERFLOW'],
  ['a negative size', safetensorsFile(one('[-1]', '[0,4]'), bytes(4)), 'SHAPE_OVERFLOW'],
  ['sizes that do not fit the bytes', safetensorsFile(one('[2]', '[0,4]'), bytes(4)), 'SIZE_MISMATCH', /8 bytes/],
  ['trailing bytes', safetensorsFile(one('[1]', '[0,4]'), bytes(5)), 'FILE_SIZE', /follow/],
  ['missing bytes', safetensorsFile(one('[1]', '[0,4]'), bytes(3)), 'FILE_SIZE', /ends before/],
  ['bytes without tensors', safetensorsFile('{}', bytes(1)), 'FILE_SIZE'],
  ['an unknown dtype', safetensorsFile(one('[1]', '[0,4]', 'F8_E5M2'), bytes(4)), 'DTYPE_UNSUPPORTED', /F64, F32/],
  ['a number in the metadata', safetensorsFile('{"__metadata__":{"a":1}}'), 'METADATA_INVALID'],
  ['a list as metadata', safetensorsFile('{"__metadata__":[]}'), 'HEADER_INVALID'],
  ['metadata twice', safetensorsFile('{"__metadata__":{},"__metadata__":{}}'), 'DUPLICATE_NAME'],
];

describe('a safetensors file with', () => {
  it.each(rows)('%s is refused', async (_name, file, reason, message = /./) => {
    const before = memoryStats().live;
    const error: unknown = await io.load(file, { format: 'safetensors' }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ERR_FILE_FORMAT', reason, file: 'bytes', offset: expect.any(Number) });
    expect(String(error)).toMatch(message);
    expect(memoryStats().live).toBe(before);
  });

  it('a header above the limit is refused before it is read', async () => {
    const path = join(folder, 'large.safetensors');
    writeFileSync(path, safetensorsFile('{}', bytes(0), 100_000_001n));
    truncateSync(path, 100_000_100);
    await expect(io.load(path)).rejects.toMatchObject({ reason: 'HEADER_TOO_LARGE' });
  });

  it('odd names and spaces is read', async () => {
    const header = [
      '{ "__proto__" : {"shape":[ ] ,"data_offsets":[ 0 , 1 ],"dtype":"U8"} ,',
      '"" :{"dtype":"U8","shape":[0],"data_offsets":[1,1]},',
      '"a\\u0000" : {"dtype":"U8","shape":[1],"data_offsets":[1,2]} }  ',
    ].join(' ');
    const file = (await io.load(safetensorsFile(header, Buffer.of(3, 4)))) as io.TensorFile;
    expect([...file].map(([name, x]) => [name, x.tolist()])).toEqual([
      ['__proto__', 3],
      ['', []],
      ['a\0', [4]],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('1,000,000 empty tensors is read in bounded time and memory', () => {
    const entry = (_: unknown, i: number) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`;
    const file = safetensorsFile(`{${Array.from({ length: 1_000_000 }, entry).join(',')}}`);
    const path = join(folder, 'many.safetensors');
    writeFileSync(path, file);
    const program = fileURLToPath(new URL('programs/load.ts', import.meta.url));
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { size, milliseconds, memory } = JSON.parse(stdout);
    expect(size).toBe(1_000_000);
    expect(memory / file.length).toBeLessThan(10);
    // It takes less than five seconds where nothing else runs.
    expect(milliseconds).toBeLessThan(20_000);
  }, 60_000);

  it('bytes that vanish while it is read is refused', async () => {
    const path = join(folder, 'shrinks.safetensors');
    const n = 4 << 20;
    writeFileSync(path, safetensorsFile(one(`[${n / 4}]`, `[0,${n}]`), bytes(n)));
    const onProgress = () => truncateSync(path, 1 << 20);
    await expect(io.load(path, { onProgress })).rejects.toMatchObject({ reason: 'TRUNCATED' });
  });
});
