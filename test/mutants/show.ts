import type { Mutant } from './mutant.ts';

/** What became of one mutant. */
export interface Result {
  readonly mutant: Mutant;
  /** The layer that saw it, null when none did. */
  readonly killedBy: string | null;
  /** Seeds that this layer needed. */
  readonly runs: number | null;
  readonly failure: string | null;
  /** Why there is no answer: a layer that could not run, or fails on the product as it is. */
  readonly error: string | null;
}

export function table(results: readonly Result[]): string {
  const rows = results.map(({ mutant, killedBy, runs, error }) => [
    mutant.name,
    mutant.breaks,
    killedBy ?? (error === null ? 'SURVIVED' : 'NO ANSWER'),
    String(runs ?? ''),
  ]);
  const lines = [['mutant', 'breaks', 'killed by', 'runs'], ...rows];
  const widths = [0, 1, 2, 3].map(column => Math.max(...lines.map(line => line[column]?.length ?? 0)));
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function summary(results: readonly Result[]): string {
  const killed = results.filter(({ killedBy }) => killedBy !== null);
  const bySeeds = killed.flatMap(({ runs }) => runs ?? []).sort((a, b) => a - b);
  const median = bySeeds[Math.floor(bySeeds.length / 2)] ?? 0;
  const layers = Map.groupBy(killed, ({ killedBy }) => killedBy ?? '');
  const shares = [...layers].map(([name, all]) => `${name} ${all.length}`).join(', ');
  return `${killed.length} of ${results.length} mutants killed (${shares}); median runs to kill: ${median}.`;
}

export function trouble(results: readonly Result[]): string[] {
  return results.flatMap(({ mutant, killedBy, error }) => {
    if (error !== null) return [`${mutant.name}: ${error}`];
    return killedBy === null ? [`${mutant.name} survived: ${mutant.story} (${mutant.file})`] : [];
  });
}
