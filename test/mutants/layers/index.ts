import type { Layer } from './layer.ts';
import { namedTest } from './named-test.ts';
import { seeds } from './seeds.ts';

/** Plans only, without a database: what decides, not what carries out. */
const planner = seeds({
  name: 'planner',
  module: 'test/planner/planner.ts',
  entry: 'runPlanner',
  usualRuns: 3_000,
  reaches: ({ file }) => /^(sync|activities\/people)\//.test(file),
});

/** The cheapest first. */
export const layers: readonly Layer[] = [planner, namedTest];
