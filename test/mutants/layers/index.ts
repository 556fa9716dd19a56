import type { Layer } from './layer.ts';
import { namedTest } from './named-test.ts';
import { seeds } from './seeds.ts';

/** Plans only, without a database: what decides, not what carries out; mail has no part in it. */
const planner = seeds({
  name: 'planner',
  module: 'test/planner/planner.ts',
  entry: 'runPlanner',
  usualRuns: 3_000,
  reaches: ({ file }) => /^(sync\/(?!mail\/|folders\/)|activities\/items\/)/.test(file),
});

/** The real activities on emulators and a database in the process: all but what only servers need. */
const simulation = seeds({
  name: 'simulation',
  module: 'test/simulation/seeds.ts',
  entry: 'runSimulation',
  usualRuns: 40,
  reaches: ({ file }) => /^(sync|activities|db|connectors\/[^/]+)\//.test(file),
});

/** The cheapest first. */
export const layers: readonly Layer[] = [planner, simulation, namedTest];
