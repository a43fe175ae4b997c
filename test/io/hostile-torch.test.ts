// What is wrong with a .pt file is found, named, and runs nothing.
import { io, memoryStats, type Tensor } from 'flambeau';
import { describe, expect, it } from 'vitest';
import { bytesOf, p, type RawEnd, type RawEntry, torchFile, zipFile } from '../support/files.ts';

const pickle = p.all('N');
const main: RawEntry = { name: 'a/data.pkl', data: pickle };
const zip = (entry: Partial<RawEntry>, end: RawEnd = {}) => zipFile([{ ...main, ...entry }], end);
const storage = (bytes: number) => Buffer.alloc(bytes);
const save = (...pieces: Parameters<typeof p.all>) => torchFile(p.all(...pieces), { 0: storage(24) });
const zip64 = (...values: bigint[]) => {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => void field.writeBigUInt64LE(value, 4 + 8 * i));
  return field;
};

const archives: [string, Buffer, string, RegExp?][] = [
  ['is empty', Buffer.alloc(0), 'ZIP_INVALID'],
  ['is cut off', zip({}).subarray(0, 60), 'ZIP_INVALID'],
  ['is followed by something', zip({}, { trailing: Buffer.from('x') }), 'ZIP_INVALID'],
  ['is compressed', zip({ method: 8 }), 'ZIP_COMPRESSED'],
  ['is encrypted', zip({ flags: 1 }), 'ZIP_INVALID', /encrypted/],
  ['climbs out', zip({ name: 'a/../../x' }), 'ZIP_INVALID', /not a path inside/],
  ['is absolute', zip({ name: '/a/data.pkl' }), 'ZIP_INVALID', /not a path inside/],
  ['names a drive', zip({ name: 'C:\\data.pkl' }), 'ZIP_INVALID', /not a path inside/],
  ['names a drive with slashes', zip({ name: 'C:/data.pkl' }), 'ZIP_INVALID', /not a path inside/],
  ['has a name with a zero', zip({ name: 'a/data\0.pkl' }), 'ZIP_INVALID', /not a path inside/],
  ['has an empty name', zip({ name: '' }), 'ZIP_INVALID', /not a path inside/],
  ['has a name that is not UTF-8', zip({ name: Buffer.of(0x61, 0x2f, 0xff) }), 'ZIP_INVALID', /not UTF-8/],
  ['has a name twice', zipFile([main, main]), 'ZIP_INVALID', /appears twice/],
  ['has two folders', zipFile([main, { name: 'b/version', data: storage(2) }]), 'ZIP_INVALID', /one folder/],
  ['has no folder', zip({ name: 'data.pkl' }), 'ZIP_INVALID', /one folder/],
  ['has no data.pkl', zip({ name: 'a/other' }), 'MEMBER_MISSING', /data\.pkl/],
  ['disagrees about a name', zip({ localName: 'b/data.pkl' }), 'ZIP_INVALID', /another name/],
  ['disagrees about a size', zip({ localSize: 3 }), 'ZIP_INVALID', /another size/],
  ['disagrees about a position', zip({ position: 1 }), 'ZIP_INVALID'],
  ['has an entry behind the directory', zip({ position: 5000 }), 'ZIP_INVALID', /outside/],
  ['has an entry that is too long', zip({ size: 5000 }), 'ZIP_INVALID'],
  ['has entries that overlap', zipFile([main, { ...main, name: 'a/x', position: 0 }]), 'ZIP_INVALID', /overlaps/],
  ['counts too many entries', zip({}, { entries: 2 }), 'ZIP_INVALID'],
  ['counts too few entries', zipFile([main, { ...main, name: 'a/x' }], { entries: 1 }), 'ZIP_INVALID', /more entries/],
  ['counts 65,534 entries', zip({}, { entries: 65_534 }), 'ZIP_INVALID', /no room/],
  ['misplaces its directory', zip({}, { position: 3 }), 'ZIP_INVALID'],
  ['lacks the ZIP64 field', zip({ size: 0xffffffff }), 'ZIP_INVALID', /ZIP64/],
  ['has a ZIP64 field that is too short', zip({ size: 0xffffffff, extra: zip64(4n) }), 'ZIP_INVALID', /ZIP64/],
  ['has two sizes in its ZIP64 field', zip({ size: 0xffffffff, extra: zip64(4n, 5n) }), 'ZIP_INVALID', /two sizes/],
  ['has 2^60 bytes by its ZIP64 field', zip({ size: 0xffffffff, extra: zip64(2n ** 60n, 2n ** 60n) }), 'ZIP_INVALID'],
  ['lacks the ZIP64 end', zip({}, { position: 0xffffffff }), 'ZIP_INVALID', /ZIP64/],
  ['has a wrong checksum', zip({ crc: 1 }), 'CRC_MISMATCH'],
  ['is big endian', torchFile(pickle, {}, [{ name: 'a/byteorder', data: Buffer.from('big') }]), 'BYTE_ORDER'],
  ['is TorchScript', torchFile(pickle, {}, [{ name: 'a/code/x.py', data: storage(1) }]), 'TORCHSCRIPT'],
];

const weights = p.storage('0', 6);

const pickles: [string, Buffer, string, RegExp?][] = [
  ['names os.system', save(p.reduce(p.global('os', 'system'), p.text('true'))), 'UNSUPPORTED_GLOBAL', /os\.system/],
  ['names eval', save(p.reduce(p.global('builtins', 'eval'), p.text('1'))), 'UNSUPPORTED_GLOBAL', /builtins\.eval/],
  ['names torch.load', save(p.global('torch', 'load')), 'UNSUPPORTED_GLOBAL', /torch\.load/],
  ['names a prototype', save(p.global('__proto__', 'constructor')), 'UNSUPPORTED_GLOBAL'],
  ['names toString', save(p.global('torch', 'toString')), 'UNSUPPORTED_GLOBAL'],
  ['returns a function', save(p.global('collections', 'OrderedDict')), 'UNSUPPORTED_GLOBAL'],
  ['calls a text', save(p.reduce(p.text('x'))), 'UNSUPPORTED_REDUCE'],
  ['calls a dtype', save(p.reduce(p.global('torch', 'float32'))), 'UNSUPPORTED_REDUCE'],
  ['calls with a list', save(p.global('collections', 'OrderedDict'), ']', 'R'), 'TYPE_CONFUSION'],
  ['calls with wrong arguments', save(p.reduce(p.global('torch._utils', '_rebuild_tensor_v2'), 'N')), 'TYPE_CONFUSION'],
  [
    'calls OrderedDict with a number',
    save(p.reduce(p.global('collections', 'OrderedDict'), 'K\x01')),
    'WRONG_ARGUMENTS',
  ],
  ['sets an item of a list', save(']', p.text('a'), 'N', 's'), 'TYPE_CONFUSION'],
  ['sets an item of a number', save('K\x01', p.text('a'), 'N', 's'), 'TYPE_CONFUSION'],
  ['sets items of a tensor', save(p.tensor(weights, 0, [6], [1]), '(', p.text('a'), 'N', 'u'), 'TYPE_CONFUSION'],
  ['appends to a dict', save('}', 'N', 'a'), 'TYPE_CONFUSION'],
  ['appends to a tuple', save(')', 'N', 'a'), 'TYPE_CONFUSION'],
  ['has a key without a value', save('}', '(', 'N', 'u'), 'PICKLE_INVALID'],
  ['has a list as a key', save('}', ']', 'N', 's'), 'TYPE_CONFUSION'],
  ['builds a dict', save('}', '}', 'b'), 'UNSUPPORTED_BUILD'],
  ['builds a tensor', save(p.tensor(weights, 0, [6], [1]), '}', 'b'), 'UNSUPPORTED_BUILD'],
  ['gets what was never put', save('h\x07'), 'MEMO_MISSING'],
  ['takes from an empty stack', save(0x85), 'STACK_UNDERFLOW'],
  ['ends with an empty stack', save(), 'STACK_UNDERFLOW'],
  ['ends with a full stack', save('N', 'N'), 'PICKLE_INVALID'],
  ['misses a mark', save('N', 't'), 'STACK_UNDERFLOW'],
  ['ends within a mark', save('(', 'N'), 'PICKLE_INVALID'],
  ['does not end', torchFile(bytesOf(0x80, 2, 'N')), 'TRUNCATED'],
  ['has a text of 2^32 - 1 bytes', save('X', p.uint32(0xffffffff), 'abc'), 'TRUNCATED'],
  ['has a name that does not end', save('c', 'x'.repeat(1000)), 'PICKLE_INVALID'],
  ['has a text that is not UTF-8', save('X', p.uint32(1), 0xff), 'PICKLE_INVALID'],
  ['uses NEWOBJ', save(p.global('collections', 'OrderedDict'), ')', 0x81), 'UNSUPPORTED_OPCODE', /0x81/],
  ['uses INST', save('(i', 'os\nsystem\n'), 'UNSUPPORTED_OPCODE'],
  ['uses an extension', save(0x82, 1), 'UNSUPPORTED_OPCODE'],
  ['is of protocol 9', torchFile(bytesOf(0x80, 9, 'N.')), 'UNSUPPORTED_PROTOCOL'],
  ['has a storage larger than its file', save(p.tensor(p.storage('0', 7), 0, [6], [1])), 'SIZE_MISMATCH', /24 bytes/],
  ['has a storage smaller than its file', save(p.tensor(p.storage('0', 5), 0, [5], [1])), 'SIZE_MISMATCH'],
  ['has a storage that is not there', save(p.tensor(p.storage('1', 6), 0, [6], [1])), 'MEMBER_MISSING'],
  ['has a storage elsewhere', save(p.tensor(p.storage('../data.pkl', 6), 0, [6], [1])), 'MEMBER_MISSING'],
  ['has a storage of negative size', save(p.tensor(p.storage('0', -6), 0, [6], [1])), 'WRONG_ARGUMENTS'],
  [
    'has a storage of a wrong class',
    save(p.tensor(p.storage('0', 6, 'QUInt8Storage'), 0, [6], [1])),
    'DTYPE_UNSUPPORTED',
  ],
  ['has a persistent id of its own', save(p.text('x'), 'Q'), 'UNSUPPORTED_PERSISTENT_ID'],
  ['has a tensor outside by size', save(p.tensor(weights, 0, [7], [1])), 'GEOMETRY_INVALID'],
  ['has a tensor outside by offset', save(p.tensor(weights, 6, [1], [1])), 'GEOMETRY_INVALID'],
  ['has a tensor outside by stride', save(p.tensor(weights, 0, [2, 2], [5, 1])), 'GEOMETRY_INVALID'],
  ['has a negative offset', save(p.tensor(weights, -1, [1], [1])), 'GEOMETRY_INVALID'],
  ['has a negative stride', save(p.tensor(weights, 5, [3], [-1])), 'GEOMETRY_INVALID'],
  ['has a negative size', save(p.tensor(weights, 0, [-1], [1])), 'GEOMETRY_INVALID'],
  [
    'has a size of too many elements',
    save(p.tensor(weights, 0, [2 ** 31 - 1, 2 ** 31 - 1], [0, 0])),
    'GEOMETRY_INVALID',
  ],
  ['has 1,000 dimensions', save(p.tensor(weights, 0, Array(1000).fill(1), Array(1000).fill(1))), 'GEOMETRY_INVALID'],
  ['has more sizes than strides', save(p.tensor(weights, 0, [1, 1], [1])), 'GEOMETRY_INVALID'],
  ['contains itself', save(']', 'q\0', 'h\0', 'a'), 'CYCLE'],
  ['contains itself in a dict', save('}', 'q\0', p.text('x'), 'h\0', 's'), 'CYCLE'],
  ['nests 100,000 deep', save(']'.repeat(100_000), 'a'.repeat(99_999)), 'TOO_DEEP'],
  ['marks 100,000 deep', save('('.repeat(100_000)), 'TOO_DEEP'],
  ['fills the stack', save('N'.repeat(1_000_001)), 'TOO_LARGE'],
];

async function reasonOf(file: Buffer): Promise<{ reason: string; text: string }> {
  const error: unknown = await io.load(file, { format: 'torch' }).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'ERR_FILE_FORMAT', file: 'bytes', offset: expect.any(Number) });
  return { reason: (error as { reason: string }).reason, text: String(error) };
}

describe('an archive that', () => {
  it.each(archives)('%s is refused', async (_name, file, reason, message = /./) => {
    const before = memoryStats().live;
    const found = await reasonOf(file);
    expect(found.reason).toBe(reason);
    expect(found.text).toMatch(message);
    expect(memoryStats().live).toBe(before);
  });

  it('has a wrong checksum can be read if that is wanted', async () => {
    expect(await io.load(zip({ crc: 1 }), { format: 'torch', checkCrc: false })).toBeNull();
  });

  it('has a storage with a wrong checksum is refused', async () => {
    const value = p.all(p.tensor(weights, 0, [6], [1]));
    const file = zipFile([
      { name: 'a/data.pkl', data: value },
      { name: 'a/data/0', data: storage(24), crc: 7 },
    ]);
    expect((await reasonOf(file)).reason).toBe('CRC_MISMATCH');
    const x = (await io.load(file, { format: 'torch', checkCrc: false })) as Tensor;
    expect(x.tolist()).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('a pickle that', () => {
  it.each(pickles)('%s is refused', async (_name, file, reason, message = /./) => {
    const found = await reasonOf(file);
    expect(found.reason).toBe(reason);
    expect(found.text).toMatch(message);
  });

  it('unfolds to 2^60 values is refused', async () => {
    const doubled = Array.from({ length: 60 }, (_, i) => bytesOf('h', i, 'h', i, 0x86, 'q', i + 1));
    // Each tuple stays on the stack; the last tuple holds them all.
    const file = save('(', ')', 'q\0', ...doubled, 't');
    expect((await reasonOf(file)).reason).toBe('TOO_LARGE');
  });

  it('has an empty tensor anywhere is read', async () => {
    const x = (await io.load(save(p.tensor(weights, 100, [0, 5], [5, 1])))) as Tensor;
    expect(x.shape).toEqual([0, 5]);
  });

  it('is in any folder is read', async () => {
    const file = zipFile([{ name: 'some where/data.pkl', data: p.all('K\x07') }]);
    expect(await io.load(file)).toBe(7);
  });
});
