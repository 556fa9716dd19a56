import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue/index.ts';
import { findMutant } from './chosen.ts';
import { hunt } from './hunt.ts';
import { layers } from './layers/index.ts';
import type { Layer } from './layers/layer.ts';
import type { Mutant } from './mutant.ts';
import { type Result, summary, table, trouble } from './show.ts';

/** `npm run mutants -- [--only NAME] [--layer NAME] [--runs N] [--json FILE]`; fails when a mutant survives. */
const AT_ONCE = 2;
const TIMEOUT_MS = 10 * 60_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    layer: { type: 'string', multiple: true },
    runs: { type: 'string', default: '2000' },
    json: { type: 'string' },
  },
});

const budget = { runs: positive(values.runs), timeoutMs: TIMEOUT_MS };
const mutants = values.only?.map(findMutant) ?? catalogue;
const chosen = values.layer?.map(findLayer) ?? layers;
const results = await all(mutants, chosen);
console.log(`\n${table(results)}\n\n${summary(results)}`);
for (const line of trouble(results)) console.error(line);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
process.exitCode = results.every(({ killedBy }) => killedBy !== null) ? 0 : 1;

async function all(wanted: readonly Mutant[], through: readonly Layer[]): Promise<Result[]> {
  const done = new Map<Mutant, Result>();
  const waiting = [...wanted];
  const worker = async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const result = await hunt(mutant, through, budget);
      done.set(mutant, result);
      console.log(`${done.size}/${wanted.length} ${mutant.name}: ${result.killedBy ?? 'not killed'}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return wanted.flatMap(mutant => done.get(mutant) ?? []);
}

function findLayer(name: string): Layer {
  const layer = layers.find(candidate => candidate.name === name);
  if (!layer)
    throw new Error(`There is no layer "${name}". There are: ${layers.map(one => one.name).join(', ')}.`);
  return layer;
}

function positive(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--runs takes a whole number, not "${text}".`);
  return count;
}
