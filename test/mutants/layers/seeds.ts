import { fileURLToPath } from 'node:url';
import type { Mutant } from '../mutant.ts';
import { runNode } from './child.ts';
import type { Layer, Verdict } from './layer.ts';
import type { SeedsVerdict } from './seeds-child.ts';

export interface SeedsOptions {
  readonly name: string;
  /** From the root of the project. */
  readonly module: string;
  /** What the module exports: `({ from, runs }) => { failures: [{ seed, invariant, story }] }`. */
  readonly entry: string;
  /** Seeds that are tried when nobody says how many. */
  readonly usualRuns: number;
  reaches(mutant: Mutant): boolean;
}

const CHILD = fileURLToPath(new URL('./seeds-child.ts', import.meta.url));

/** A layer of generated runs: seed after seed until one of them fails. */
export function seeds({ name, module, entry, usualRuns, reaches }: SeedsOptions): Layer {
  return {
    name,
    reaches,
    measureOf: () => name,
    async run(mutant, isChanged, { runs, timeoutMs }) {
      const parameters = [CHILD, module, entry, String(runs ?? usualRuns)];
      const { code, output } = await runNode(parameters, isChanged ? mutant : null, timeoutMs);
      return code === 0 ? told(output) : broken(output);
    },
  };
}

function told(output: string): Verdict {
  const { runs, failure } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as SeedsVerdict;
  return { killed: failure !== null, runs, failure };
}

/** The mistake broke the run itself; whether the product as it is does so, too, is asked afterwards. */
function broken(output: string): Verdict {
  const line = output.split('\n').find(text => /Error/.test(text)) ?? 'without a word';
  return { killed: true, runs: 1, failure: `The run ended early: ${line.trim()}` };
}
