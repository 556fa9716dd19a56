import type { Result } from '../mutants/show.ts';
import type { Figures } from './stages.ts';

/** Which layers prove which invariant (ARCHITECTURE.md section 2), besides the tests that are named there. */
const PROVEN_BY: readonly (readonly [
  invariant: string,
  planner: boolean,
  simulation: boolean,
  crashes: boolean,
])[] = [
  ['1 converge', true, true, true],
  ['2 lose nothing', true, true, true],
  ['3 duplicate nothing', true, true, true],
  ['4 resurrect nothing', true, true, false],
  ['5 delete only on evidence', true, true, false],
  ['6 an edit beats a concurrent deletion', true, true, false],
  ['7 idle is silent', true, true, false],
  ['8 crash-equal', false, true, true],
  ['9 cursors move only with their page', false, true, true],
  ['10 poison is isolated', true, true, false],
  ['11 no echo', true, true, false],
  ['12 no unasked mail', false, true, false],
  ['13 a read-only side is never written', true, true, false],
];

/** The document, from the figures alone. */
export function renderReport(figures: Figures): string {
  return [
    '# Reliability',
    INTRODUCTION,
    '## Layers',
    table(['layer', 'runs', 'failures', 'time'], layers(figures)),
    speed(figures),
    '## Invariants',
    'Runs in which the invariant was judged, by layer; a dash where the layer says nothing about it.',
    table(['invariant', 'planner', 'simulation', 'crash points', 'result'], invariants(figures)),
    '## Crash points',
    CRASHES,
    table(['story', 'effects', 'crash points', 'pairs'], stories(figures)),
    `${count(figures.crashPoints.recovered)} of ${count(figures.crashPoints.points + figures.crashPoints.pairs)} recovered.`,
    '## Seeded bugs',
    seededBugs(figures.mutants),
    table(['bug', 'breaks', 'noticed by', 'runs'], bugs(figures.mutants)),
    '## What the figures may claim',
    claims(figures),
    '',
  ].join('\n\n');
}

const INTRODUCTION = `Made by \`npm run reliability\`, which runs every layer of [testing.md](testing.md) for contacts and leads,
appointments, calls and tasks, and mail, and writes this file; nothing here is written by hand. The planner has no part in
mail. Two shared cores; times vary by a fifth.`;

const CRASHES = `Each story runs once without a crash. Then it runs again for each of its effects (a request or a transaction) and each
of three modes: the process ends before the effect; it happens, its answer is lost and the process lives; it happens and
the process ends. A pair is a second crash during the recovery. Both sides, our own tables and the writes that were
accepted have to be those of the run without a crash.`;

function layers({ planner, simulation, crashPoints, mutants }: Figures): string[][] {
  const survived = mutants.filter(({ killedBy }) => killedBy === null).length;
  return [
    ['planner', count(planner.runs), count(planner.failures.length), time(planner.seconds)],
    [
      'simulation',
      count(simulation.runs),
      count(simulation.failures.length),
      time(simulation.durationMs / 1_000),
    ],
    [
      'crash points and pairs',
      count(crashPoints.points + crashPoints.pairs),
      count(crashPoints.failures.length),
      time(crashPoints.seconds),
    ],
    ['seeded bugs', count(mutants.length), `${survived} survived`, ''],
  ];
}

function speed({ planner, simulation }: Figures): string {
  const { durationMs, runs, effects, cycles, shares } = simulation;
  const perSecond = (runs / (durationMs / 1_000)).toFixed(1);
  const where = shares === null ? '' : ` ${shareWords(shares)}`;
  return [
    `The simulation played ${perSecond} seeds a second on two cores: ${count(cycles)} cycles, ${count(effects)} requests and`,
    `transactions.${where}`,
    'Every twentieth seed ran twice and did the same again; every hundredth ran on a PostgreSQL server as well, with the same',
    `effects and the same rows. The planner played ${count(Math.round(planner.runs / planner.seconds))} stories a second.`,
  ].join('\n');
}

function shareWords({
  databaseMs,
  emulatorsMs,
  restMs,
}: NonNullable<Figures['simulation']['shares']>): string {
  const allMs = databaseMs + emulatorsMs + restMs;
  const percent = (partMs: number) => `${Math.round((100 * partMs) / allMs)} %`;
  return `The database took ${percent(databaseMs)} of the time, the emulators ${percent(emulatorsMs)}, engine and harness ${percent(restMs)}.`;
}

function invariants(figures: Figures): string[][] {
  const { planner, simulation, crashPoints } = figures;
  const broken = brokenIn(figures);
  return PROVEN_BY.map(([name, byPlanner, bySimulation, byCrashes]) => [
    name,
    byPlanner ? count(planner.runs) : '–',
    bySimulation ? count(simulation.runs) : '–',
    byCrashes ? count(crashPoints.points + crashPoints.pairs) : '–',
    verdict(broken.get(Number.parseInt(name, 10)) ?? 0),
  ]);
}

function verdict(failures: number): string {
  return failures === 0 ? 'holds' : `broken in ${count(failures)}`;
}

/** In how many runs each invariant was broken, by its number. */
function brokenIn({ planner, simulation, crashPoints }: Figures): Map<number, number> {
  const broken = [
    ...planner.failures.map(({ invariant }) => Number.parseInt(invariant, 10)),
    ...simulation.failures.flatMap(({ violations }) => [...new Set(violations.map(one => one.invariant))]),
    ...crashPoints.failures.map(() => 8),
  ];
  const counts = new Map<number, number>();
  for (const invariant of broken) counts.set(invariant, (counts.get(invariant) ?? 0) + 1);
  return counts;
}

function stories({ crashPoints }: Figures): string[][] {
  return crashPoints.stories.map(({ name, effects, points, pairs }) => [
    name,
    count(effects),
    count(Object.values(points).reduce((sum, of) => sum + of, 0)),
    count(pairs),
  ]);
}

function seededBugs(mutants: readonly Result[]): string {
  const killed = mutants.filter(({ killedBy }) => killedBy !== null);
  const byLayer = [...Map.groupBy(killed, ({ killedBy }) => killedBy)]
    .map(([layer, all]) => `${layer} ${all.length}`)
    .join(', ');
  return [
    `${killed.length} of ${mutants.length} mistakes of the kinds that products of this field had were noticed (${byLayer}). Each was shown`,
    'to the layers from the cheapest to the dearest; the first that fails with it, and passes without it, is named.',
  ].join('\n');
}

function bugs(mutants: readonly Result[]): string[][] {
  return mutants.map(({ mutant, killedBy, runs }) => [
    mutant.name,
    mutant.breaks,
    killedBy ?? 'nobody',
    runs === null ? '' : count(runs),
  ]);
}

/** The rule of three: no failure in n independent runs bounds the rate of failures by 3/n with 95 % confidence. */
function claims({ planner, simulation }: Figures): string {
  const bound = (runs: number) => (3 / runs).toExponential(1);
  return [
    'No failure in n independent runs means a failure rate below 3/n with 95 % confidence: here below',
    `${bound(planner.runs)} for what the planner's generator makes and below ${bound(simulation.runs)} for what the simulation's makes, where those`,
    'layers found nothing. That is a statement about these generators, and about emulators that were written from the',
    "vendors' documentation, not about tenants: what a vendor does differently, and what no generator draws, is not covered.",
    'Several workers on one pairing, real sockets, Temporal itself and restarts of whole processes are left to the system tests.',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, head.map(() => '---'), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)));
  return all
    .map(
      row =>
        `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, cell === '---' ? '-' : ' ')).join(' | ')} |`,
    )
    .join('\n');
}

const count = (value: number): string => value.toLocaleString('en-US');

function time(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
