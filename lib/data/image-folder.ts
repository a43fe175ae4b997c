// Pictures in folders, one for each class.
import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { checkOptions, checkText, DataError } from '../errors.ts';
import { readFlags } from '../io/source.ts';
import { fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { checkIndex, type Dataset } from './dataset.ts';
import { decodeNetpbm } from './netpbm.ts';

/** Options of {@link ImageFolder}. */
export interface ImageFolderOptions<T = Tensor> {
  /** Makes the picture of an element from uint8 (3, H, W). Default: as it is. */
  transform?: ((image: Tensor) => T | Promise<T>) | null;
  /** Makes the label from the number of the class. Default: as it is. */
  targetTransform?: ((label: number) => number) | null;
  /** Reads a file. Default {@link readImage}. */
  loader?: ((path: string) => Tensor | Promise<Tensor>) | null;
  /** Endings of files that are pictures, in lower case. */
  extensions?: readonly string[];
  /** Let classes be without pictures. Default false. */
  allowEmpty?: boolean;
}

// As torchvision's, and what else sharp reads.
const imageExtensions = ['.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif', '.tiff', '.webp', '.gif', '.avif'];

type Sharp = typeof import('sharp').default;

let sharp: Promise<Sharp> | null = null;

// Versions before 0.35 decode with libraries whose faults are known and mended.
async function findSharp(): Promise<Sharp> {
  const { default: found } = await import('sharp');
  const version = found.versions.sharp;
  if (/^0\.([0-9]|[12][0-9]|3[0-4])\./.test(version)) throw new Error(`sharp ${version} is too old`);
  return found;
}

function loadSharp(path: string): Promise<Sharp> {
  sharp ??= findSharp();
  return sharp.catch((cause: Error) => {
    throw new DataError(
      `${path}: pictures other than PGM and PPM are decoded by the package sharp, which cannot be loaded ` +
        `(${cause.message}); install it with: npm install sharp@latest`,
      { cause },
    );
  });
}

/**
 * A picture from a file: PGM and PPM by this library, all else by the optional package sharp.
 *
 * @returns uint8 (3, H, W), red, green and blue
 * @throws DataError that names the file: missing, malformed, or sharp is not installed
 * @example
 * // not run: reads a file
 * (await data.readImage('cat.jpg')).shape; // [3, 480, 640]
 */
export async function readImage(path: string): Promise<Tensor> {
  checkText('readImage', 'path', path);
  const bytes = await readFile(path, { flag: readFlags }).catch((cause: Error) => {
    throw new DataError(`${path}: ${cause.message}`, { cause });
  });
  if (/^P[2356]/.test(bytes.toString('latin1', 0, 2))) {
    const image = decodeNetpbm(bytes, path);
    return image.size(0) === 3 ? image : image.expand(3, image.size(1), image.size(2)).contiguous();
  }
  const decode = await loadSharp(path);
  const decoding = async () =>
    decode(bytes).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { data, info } = await decoding().catch((cause: Error) => {
    throw new DataError(`${path}: ${cause.message}`, { cause });
  });
  const image = fromTypedArray(new Uint8Array(data), [info.height, info.width, info.channels], 'uint8');
  return image.permute(2, 0, 1).contiguous();
}

function filesBelow(folder: string, extensions: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => extensions.includes(extname(name).toLowerCase()))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/**
 * Pictures in one folder for each class, `root/cat/a.png`: elements are [picture uint8 (3, H, W), number of the class].
 * Classes and files are in the order of their names. Elements are promises: read the loader with `for await`.
 *
 * @throws DataError if there is no class, or a class without pictures
 * @source torchvision.datasets.ImageFolder
 * @example
 * // not run: reads files
 * const pictures = new data.ImageFolder('pictures');
 * const [picture, label] = await pictures.getItem(0);
 */
export class ImageFolder<T = Tensor> implements Dataset<[T, number]> {
  readonly root: string;
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** Numbers of the classes by name. */
  readonly classToIdx: ReadonlyMap<string, number>;
  /** Files with the numbers of their classes. */
  readonly samples: readonly (readonly [path: string, label: number])[];
  readonly #options: ImageFolderOptions<T>;

  constructor(root: string, options: ImageFolderOptions<T> = {}) {
    checkOptions('ImageFolder', options, ['transform', 'targetTransform', 'loader', 'extensions', 'allowEmpty']);
    checkText('ImageFolder', 'root', root);
    const { extensions = imageExtensions, allowEmpty = false } = options;
    let entries: string[];
    try {
      entries = readdirSync(root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    } catch (cause) {
      throw new DataError(`${root}: no such folder`, { cause });
    }
    this.root = root;
    this.classes = entries.sort();
    if (this.classes.length === 0) throw new DataError(`Couldn't find any class folder in ${root}.`);
    this.classToIdx = new Map(this.classes.map((name, i) => [name, i]));
    const files = this.classes.map((name) => filesBelow(join(root, name), extensions));
    this.samples = files.flatMap((paths, label) => paths.map((path) => [path, label] as const));
    const empty = this.classes.filter((_, label) => files[label]?.length === 0);
    if (empty.length > 0 && !allowEmpty) {
      throw new DataError(
        `Found no valid file for the classes ${empty.join(', ')}. Supported extensions are: ${extensions.join(', ')}`,
      );
    }
    this.#options = options;
  }

  get length(): number {
    return this.samples.length;
  }

  /** The number of the class of each element. */
  get targets(): number[] {
    return this.samples.map(([, label]) => label);
  }

  async getItem(index: number): Promise<[T, number]> {
    const [path, label] = this.samples[checkIndex('ImageFolder', index, this.length)] ?? ['', 0];
    const { transform, targetTransform, loader } = this.#options;
    const image = await (loader ?? readImage)(path);
    const picture = transform ? await transform(image) : (image as T);
    return [picture, targetTransform ? targetTransform(label) : label];
  }
}
