import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

/** Each file breaks the rule beside it; those without one break none. */
const violations: readonly (readonly [file: string, text: string, rule: string | null])[] = [
  ['sync/value.ts', "import { a } from '../api/a.ts'; export const x = a;", 'sync-is-pure'],
  ['sync/type.ts', "import type { A } from '../api/a.ts'; export type X = A;", 'sync-is-pure'],
  ['sync/inline.ts', "import { type A } from '../api/a.ts'; export type X = A;", 'sync-is-pure'],
  ['sync/passed-on.ts', "export type { A } from '../api/a.ts';", 'sync-is-pure'],
  ['sync/late.ts', "export const x = () => import('../api/a.ts');", 'sync-is-pure'],
  [
    'sync/reads.ts',
    "import { readFileSync } from 'node:fs'; export const x = readFileSync;",
    'sync-does-nothing',
  ],
  ['connectors/graph/x.ts', "import { a } from '../../db/a.ts'; export const x = a;", 'connectors-translate'],
  [
    'connectors/graph/y.ts',
    "import { a } from '../salesforce/a.ts'; export const x = a;",
    'one-system-one-folder',
  ],
  ['db/x.ts', "import type { A } from '../api/a.ts'; export type X = A;", 'db-remembers'],
  [
    'activities/x.ts',
    "import { a } from '../connectors/graph/a.ts'; export const x = a;",
    'systems-are-registered',
  ],
  [
    'activities/y.ts',
    "import { r } from '../connectors/registry.ts'; export const x = r;",
    'connectors-come-from-outside',
  ],
  ['activities/z.ts', "import { a } from '../api/a.ts'; export const x = a;", 'activities-join'],
  ['workflows/x.ts', "import type { A } from '../db/a.ts'; export type X = A;", 'workflows-wait'],
  [
    'workflows/y.ts',
    "import { t } from '../activities/types.ts'; export const x = t;",
    'workflows-carry-no-activities',
  ],
  ['workflows/z.ts', "import { z } from 'zod'; export const x = z;", 'workflow-bundle-is-small'],
  ['api/x.ts', "import { x } from '../activities/a.ts'; export const y = x;", 'api-serves'],
  ['api/y.ts', "import pg from 'pg'; export const x = pg;", 'database-in-its-place'],
  [
    'db/y.ts',
    "import { Client } from '@temporalio/client'; export const x = Client;",
    'temporal-in-its-place',
  ],
  [
    'emulators/graph/x.ts',
    "import type { R } from '../../sync/a.ts'; export type X = R;",
    'emulators-stand-alone',
  ],
  [
    'emulators/graph/y.ts',
    "import { a } from '../salesforce/a.ts'; export const x = a;",
    'one-system-one-folder',
  ],
  ['bin/x.ts', "import { a } from '../test/a.ts'; export const x = a;", 'product-without-tests'],
  [
    'bin/y.ts',
    "import * as fc from 'fast-check'; export const x = fc;",
    'no-development-packages-in-the-product',
  ],
  ['bin/z.ts', "import { a } from './nowhere.ts'; export const x = a;", 'resolvable'],
  // A circle is told once, at one of its files.
  ['bin/circle.ts', "import { b } from './circle-end.ts'; export const a = b;", null],
  ['bin/circle-end.ts', "import { a } from './circle.ts'; export const b = a;", 'no-circles'],
  ['bin/wires.ts', "import { r } from '../connectors/registry.ts'; export const x = r;", null],
  ['workflows/types.ts', "import type { T } from '../activities/types.ts'; export type X = T;", null],
  ['api/types.ts', "import type { T } from '../connectors/registry.ts'; export type X = T;", null],
];

const targets = [
  ...['api/a', 'db/a', 'sync/a', 'test/a', 'activities/a', 'activities/types', 'connectors/registry'],
  ...['connectors/graph/a', 'connectors/salesforce/a', 'emulators/salesforce/a'],
];

const project = mkdtempSync(join(tmpdir(), 'tandem-imports-'));
let found: readonly { from: string; rule: { name: string } }[] = [];

beforeAll(() => {
  for (const file of ['package.json', '.dependency-cruiser.cjs'])
    cpSync(join(root, file), join(project, file));
  // Folders of their own, for a link to the whole would put the packages outside this project.
  mkdirSync(join(project, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  }
  for (const target of targets)
    write(`${target}.ts`, 'export const [a, r, t] = [1, 2, 3]; export interface A { a: 1 }');
  for (const [file, text] of violations) write(file, text);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', '.'],
    { cwd: project, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (!stdout) throw new Error(stderr);
  found = JSON.parse(stdout).summary.violations;
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test.each(violations.map(([file, , rule]) => [file, rule] as const))('%s breaks %s', (file, rule) => {
  const broken = found.filter(({ from }) => from === file).map(violation => violation.rule.name);
  expect([...new Set(broken)]).toEqual(rule === null ? [] : [rule]);
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), `${text}\n`);
}
