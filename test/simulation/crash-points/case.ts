import type { Blow, Performed } from './perform.ts';

/** One run: a story by its name, and what happens to the process in it. */
export interface Case {
  readonly story: string;
  readonly blows: readonly Blow[];
}

export interface Answer extends Pick<Performed, 'effects' | 'fallen' | 'recovery'> {
  /** From the run without blows; of that one itself, from what the story says it writes. */
  readonly differences: readonly string[];
}

export function inWords({ story, blows }: Case): string {
  const told = blows.map(
    ({ at, mode }, index) => `${MODES[mode]} ${at}${index === 0 ? '' : ' of the recovery'}`,
  );
  return [story, ...told].join(', ');
}

const MODES = {
  before: 'the process ends before effect',
  lost: 'no answer to effect',
  after: 'the process ends after effect',
} as const;
