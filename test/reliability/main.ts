import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { renderReport } from './report.ts';
import { type Effort, measure } from './stages.ts';

const USAGE = 'npm run reliability -- [--planner RUNS] [--seeds COUNT] [--pairs COUNT]   (whole numbers)';
const REPORT = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

const effort = readEffort();
if (effort === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  const figures = await measure(effort);
  writeFileSync(REPORT, renderReport(figures));
  const { planner, simulation, crashPoints, mutants } = figures;
  const failures = planner.failures.length + simulation.failures.length + crashPoints.failures.length;
  const survivors = mutants.filter(({ killedBy }) => killedBy === null).length;
  process.exitCode = failures + survivors === 0 ? 0 : 1;
}

function readEffort(): Effort | null {
  try {
    const { values } = parseArgs({
      options: {
        planner: { type: 'string', default: '1000000' },
        seeds: { type: 'string', default: '2000' },
        pairs: { type: 'string', default: '500' },
      },
    });
    const [plannerRuns = 0, seeds = 0, pairs = 0] = [values.planner, values.seeds, values.pairs].map(Number);
    return [plannerRuns, seeds, pairs].every(value => Number.isSafeInteger(value) && value > 0)
      ? { plannerRuns, seeds, pairs }
      : null;
  } catch {
    return null;
  }
}
