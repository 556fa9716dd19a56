import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { renderReport } from './report.ts';
import { type Effort, measure } from './stages.ts';

const USAGE = `npm run reliability -- [--folder PATH]
  --planner RUNS   stories of the planner (1000000)
  --seeds COUNT    seeds of the simulation (2000)
  --every N        one of so many crash points (1)
  --pairs COUNT    crashes within the recovery from another one (500)
  --layer NAME     seeded bugs are shown to this layer; may be repeated (all of them)
  --folder PATH    keeps what each layer found, and goes on with the next layer where a run was interrupted`;
const REPORT = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

const effort = readEffort();
if (effort === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const figures = await measure(effort, effort.folder);
  writeFileSync(REPORT, renderReport(figures));
  const { planner, simulation, crashPoints, mutants } = figures;
  const failures = planner.failures.length + simulation.failures.length + crashPoints.failures.length;
  const survivors = mutants.filter(({ killedBy }) => killedBy === null).length;
  process.exitCode = failures + survivors === 0 ? 0 : 1;
}

function readEffort(): (Effort & { readonly folder: string }) | null {
  try {
    const { values } = parseArgs({
      options: {
        planner: { type: 'string', default: '1000000' },
        seeds: { type: 'string', default: '2000' },
        every: { type: 'string', default: '1' },
        pairs: { type: 'string', default: '500' },
        layer: { type: 'string', multiple: true, default: [] },
        folder: { type: 'string' },
      },
    });
    const counts = [values.planner, values.seeds, values.every, values.pairs].map(Number);
    if (!counts.every(value => Number.isSafeInteger(value) && value > 0)) return null;
    const [plannerRuns = 0, seeds = 0, every = 0, pairs = 0] = counts;
    const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'tandem-reliability-'));
    return { plannerRuns, seeds, every, pairs, layers: values.layer, folder };
  } catch {
    return null;
  }
}
