import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What asks the machine instead of the World, and what only looks like it. */
const ambient = {
  'now.ts': 'export const at = Date.now();',
  'passed.ts': 'export const clock = { now: Date.now };',
  'date.ts': 'export const at = new Date();',
  'chance.ts': 'export const at = Math.random();',
  'temporal.ts': 'export const at = Temporal.Now;',
  'timer.ts': 'setTimeout(() => {}, 1);',
  'network.ts': "export const answer = fetch('http://127.0.0.1');",
  'imported.ts': "import { randomUUID } from 'node:crypto';\n\nexport const id = randomUUID();",
  'client.ts': "import { request } from 'undici';\n\nexport const send = request;",
};
const innocent = {
  'given.ts': 'export const at = (ms: number) => new Date(ms);',
  'parsed.ts': "export const at = Date.parse('2026-01-01');",
  'hash.ts': "import { createHash } from 'node:crypto';\n\nexport const hash = createHash;",
};
const folders = ['sync', 'activities', 'connectors'];

describe('determinism: time, chance and network enter through the World', () => {
  const project = mkdtempSync(join(tmpdir(), 'tandem-ambient-'));
  let refused: Set<string>;

  beforeAll(() => {
    cpSync(join(root, 'biome.json'), join(project, 'biome.json'));
    mkdirSync(join(project, 'test/style'), { recursive: true });
    cpSync(join(root, 'test/style/ambient.grit'), join(project, 'test/style/ambient.grit'));
    for (const folder of [...folders, 'bin']) {
      mkdirSync(join(project, folder));
      for (const [name, text] of Object.entries({ ...ambient, ...innocent }))
        writeFileSync(join(project, folder, name), `${text}\n`);
    }
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [biome, 'lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'],
      { cwd: project, encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    const report = stdout.slice(stdout.indexOf('{'));
    if (!report) throw new Error(stderr);
    refused = new Set(
      (JSON.parse(report).diagnostics as { location: { path: string | { file: string } } }[]).map(
        ({ location: { path } }) => (typeof path === 'string' ? path : path.file),
      ),
    );
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it.each(folders.flatMap(folder => Object.keys(ambient).map(name => `${folder}/${name}`)))(
    '%s is refused',
    file => {
      expect([...refused]).toContain(file);
    },
  );

  it('what is given from outside is not, and bin/ may ask the machine', () => {
    expect([...refused].filter(file => file.startsWith('bin/'))).toEqual([]);
    expect(
      [...refused].filter(file => Object.keys(innocent).some(name => file.endsWith(`/${name}`))),
    ).toEqual([]);
  });
});
