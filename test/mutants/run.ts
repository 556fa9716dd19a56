import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { catalogue } from './catalogue/index.ts';
import { findMutant } from './chosen.ts';
import { hunt } from './hunt.ts';
import { layers } from './layers/index.ts';
import type { Budget, Layer } from './layers/layer.ts';
import type { Mutant } from './mutant.ts';
import { type Result, summary, table, trouble } from './show.ts';

/** `npm run mutants -- [--only NAME] [--layer NAME] [--runs N] [--json FILE]`; fails when a mutant survives. */
const AT_ONCE = 2;
const TIMEOUT_MS = 10 * 60_000;

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

/** True when all mutants were killed. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      layer: { type: 'string', multiple: true },
      runs: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const chosen = values.layer?.map(findLayer) ?? layers;
  const wanted = values.only?.map(findMutant) ?? catalogue;
  const mutants = wanted.filter(mutant => chosen.some(layer => layer.reaches(mutant)));
  if (mutants.length === 0) throw new Error('None of these mutants takes part in these layers.');
  const runs = values.runs === undefined ? null : positive(values.runs);
  const results = await all(mutants, chosen, { runs, timeoutMs: TIMEOUT_MS });
  console.log(`\n${table(results)}\n\n${summary(results)}`);
  for (const line of trouble(results)) console.error(line);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ killedBy }) => killedBy !== null);
}

async function all(shown: readonly Mutant[], through: readonly Layer[], budget: Budget): Promise<Result[]> {
  const done = new Map<Mutant, Result>();
  const waiting = [...shown];
  const worker = async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const result = await hunt(mutant, through, budget);
      done.set(mutant, result);
      console.log(`${done.size}/${shown.length} ${mutant.name}: ${result.killedBy ?? 'not killed'}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return shown.flatMap(mutant => done.get(mutant) ?? []);
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
