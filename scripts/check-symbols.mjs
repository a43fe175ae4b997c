// Checks that an instruction set's object file defines nothing that the linker could share with other code: a template
// of the standard library compiled with AVX-512 would otherwise be picked for everybody. Usage: check-symbols.mjs [BUILD]
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const build = process.argv[2] ?? 'build/Release';
const objects = readdirSync(build, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\bflambeau_\w+\b.*native[/\\]isa[/\\]\w+(\.cc)?\.o$/.test(path))
  .map((path) => join(build, path));
if (objects.length === 0) throw new Error(`${build} holds no object files of native/isa`);

const leaks = objects.flatMap((object) => {
  const isa = basename(object).replace(/\..*$/, '');
  // A mangled name that spells the namespace anywhere, if only among template arguments, belongs to this set alone.
  const own = `${isa.length}${isa}`;
  // Lower-case letters other than u, v and w are local symbols.
  return (
    execFileSync('nm', ['--defined-only', object], { encoding: 'utf8', maxBuffer: 1 << 28 })
      .split('\n')
      .map((line) => /^[0-9a-f]+ ([A-Zuvw]) (.*)$/.exec(line))
      .filter((match) => match !== null && !match[2].includes(own) && !match[2].includes(`${isa}Table`))
      // Where exceptions find their personality: a pointer, the same for everybody.
      .filter((match) => match[2] !== 'DW.ref.__gxx_personality_v0')
      .map((match) => `${object}: ${match[1]} ${match[2]}`)
  );
});
for (const leak of leaks) console.error(leak);
console.log(`${objects.length} object files, ${leaks.length} symbols outside their instruction set's namespace`);
process.exitCode = leaks.length === 0 ? 0 : 1;
