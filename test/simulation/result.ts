import type { SeedReport } from './job.ts';
import type { Shares } from './profile.ts';
import type { SeedsResult } from './seeds.ts';
import { asLines } from './story.ts';

export interface Timed extends SeedsResult {
  readonly durationMs: number;
  /** Whether the stories of seeds without failures are told, too. */
  readonly tellsStory: boolean;
}

export function asJson(result: Timed): string {
  const { runs, failures, shares, durationMs } = result;
  const seeds = result.seeds.map(({ seed, trace, state, violations, story }) => ({
    ...{ seed, trace, state, violations },
    ...(result.tellsStory && { story }),
  }));
  return JSON.stringify({ runs, ...sums(result.seeds), durationMs, shares, failures, seeds }, null, 2);
}

export function asText(result: Timed): string {
  const told = result.failures.flatMap(failure => [...asLines(failure), '']);
  const stories = result.tellsStory ? result.seeds.filter(({ failure }) => !failure).flatMap(quiet) : [];
  return [...told, ...stories, summary(result), ...shown(result.shares)].join('\n');
}

function quiet({ story }: SeedReport): string[] {
  return [...story, 'nothing is wrong', ''];
}

function summary({ runs, failures, seeds, durationMs }: Timed): string {
  const { effects, cycles } = sums(seeds);
  const perSecond = ((runs * 1_000) / durationMs).toFixed(1);
  const failed = failures.map(({ seed }) => seed).join(', ');
  return [
    `seeds: ${runs}`,
    `failures: ${failures.length}${failed && ` (${failed})`}`,
    `cycles: ${cycles}`,
    `effects: ${effects}`,
    `${(durationMs / 1_000).toFixed(1)} s (${perSecond} seeds a second)`,
  ].join(', ');
}

function shown(shares: Shares | null): string[] {
  if (shares === null) return [];
  const { databaseMs, emulatorsMs, restMs } = shares;
  const allMs = databaseMs + emulatorsMs + restMs;
  const percent = (partMs: number) => `${Math.round((100 * partMs) / allMs)} %`;
  return [
    `database ${percent(databaseMs)}, emulators ${percent(emulatorsMs)}, engine and everything else ${percent(restMs)}`,
  ];
}

function sums(seeds: readonly SeedReport[]) {
  const sum = (of: (report: SeedReport) => number) => seeds.reduce((total, report) => total + of(report), 0);
  return { effects: sum(report => report.effects), cycles: sum(report => report.cycles) };
}
