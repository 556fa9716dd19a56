import { describe, expect, it } from 'vitest';
import { catalogue } from '../mutants/catalogue/index.ts';
import { renderReport } from './report.ts';
import type { Figures } from './stages.ts';

const [mutant] = catalogue;
const figures: Figures = {
  planner: { runs: 3_000, seconds: 2, failures: [], coverage: {} },
  simulation: {
    runs: 300,
    effects: 9_000,
    cycles: 900,
    durationMs: 60_000,
    shares: { databaseMs: 50, emulatorsMs: 25, restMs: 25 },
    failures: [],
  },
  crashPoints: {
    points: 6,
    pairs: 2,
    recovered: 8,
    stories: [{ name: 'first cycle', effects: 2, points: { before: 2, lost: 2, after: 2 }, pairs: 2 }],
    failures: [],
    seconds: 3,
  },
  mutants: [{ mutant: mutant!, killedBy: 'simulation', runs: 17, failure: 'seed 17', error: null }],
};

describe('the report', () => {
  it('claims no more than the rule of three gives', () => {
    const report = renderReport(figures);
    expect(report).toContain('1.0e-3 for what the planner');
    expect(report).toContain('1.0e-2 for what the simulation');
    expect(report).toContain('5.0 seeds a second');
    expect(report).toContain('8 of 8 recovered');
  });

  it('says which invariants failed to hold, and which mistakes nobody noticed', () => {
    const bad = renderReport({
      ...figures,
      simulation: { ...figures.simulation, failures: [{ seed: 7, violations: [{ invariant: 2 }] }] },
      mutants: [{ mutant: mutant!, killedBy: null, runs: null, failure: null, error: null }],
    });
    expect(bad).toMatch(/2 lose nothing .*broken in 1/);
    expect(bad).toMatch(/3 duplicate nothing .*holds/);
    expect(bad).toContain('1 survived');
    expect(bad).toContain('nobody');
  });
});
