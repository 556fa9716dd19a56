import type { Sample } from './statistics.ts';

type Value = Sample | number;

/** One line of the table. */
export interface Figure {
  readonly metric: string;
  readonly unit: string;
  readonly measured: Value;
  /** What it is compared with. */
  readonly floor?: { readonly name: string; readonly value: Value };
  /** The most that the measured value, or its ratio to the floor, may be. */
  readonly target?: { readonly of: 'measured' | 'ratio'; readonly atMost: number };
  /** Counts are the same on every machine, so a missed one fails the run; a machine's figures only tell. */
  readonly kind: 'count' | 'machine';
}

export type Verdict = 'met' | 'missed' | '';

export interface Judged extends Figure {
  readonly ratio: number | null;
  readonly verdict: Verdict;
}

export function judge(figure: Figure): Judged {
  const { measured, floor, target } = figure;
  const ratio = floor && middle(floor.value) > 0 ? middle(measured) / middle(floor.value) : null;
  const judged = target?.of === 'ratio' ? ratio : middle(measured);
  const verdict = !target || judged === null ? '' : judged <= target.atMost ? 'met' : 'missed';
  return { ...figure, ratio, verdict };
}

export function hasMissedCount(figures: readonly Judged[]): boolean {
  return figures.some(({ kind, verdict }) => kind === 'count' && verdict === 'missed');
}

const COLUMNS = ['metric', 'measured', 'floor', 'ratio', 'target', 'verdict'] as const;

export function tableOf(figures: readonly Judged[]): string {
  const rows = [[...COLUMNS], COLUMNS.map(() => '---'), ...figures.map(lineOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(
      row =>
        `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, cell === '---' ? '-' : ' ')).join(' | ')} |`,
    )
    .join('\n');
}

function lineOf({ metric, unit, measured, floor, target, ratio, verdict }: Judged): string[] {
  return [
    metric,
    `${shown(measured)} ${unit}`.trim(),
    floor ? `${shown(floor.value)} (${floor.name})` : '',
    ratio === null ? '' : rounded(ratio),
    target ? `≤ ${target.atMost}${target.of === 'ratio' ? ' ×' : ''}` : '',
    verdict,
  ];
}

/** The middle of the repeats with the least and the most of them. */
function shown(value: Value): string {
  if (typeof value === 'number') return rounded(value);
  const { median, least, most } = value;
  return least === most ? rounded(median) : `${rounded(median)} [${rounded(least)} … ${rounded(most)}]`;
}

function middle(value: Value): number {
  return typeof value === 'number' ? value : value.median;
}

/** Three digits that count. */
function rounded(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
