import type { Budget, Layer, Verdict } from './layers/layer.ts';
import type { Mutant } from './mutant.ts';
import type { Result } from './show.ts';

/** Shows a mutant to the layers, the cheapest first, until one of them sees it. */
export async function hunt(mutant: Mutant, layers: readonly Layer[], budget: Budget): Promise<Result> {
  const result = { mutant, killedBy: null, runs: null, failure: null, error: null };
  try {
    for (const layer of layers.filter(candidate => candidate.reaches(mutant))) {
      const { killed, runs, failure } = await layer.run(mutant, budget);
      if (!killed) continue;
      const unchanged = await unchangedRun(layer, mutant, budget);
      if (unchanged.killed)
        throw new Error(`${layer.name} fails without the mutant, too: ${unchanged.failure}`);
      return { ...result, killedBy: layer.name, runs, failure };
    }
    return result;
  } catch (error) {
    return { ...result, error: (error as Error).message };
  }
}

const unchangedRuns = new Map<string, Promise<Verdict>>();

/** Once per layer and test: the product as it is has to pass what a mutant fails. */
function unchangedRun(layer: Layer, mutant: Mutant, budget: Budget): Promise<Verdict> {
  const key = JSON.stringify([layer.name, mutant.test, budget]);
  const known = unchangedRuns.get(key) ?? layer.runUnchanged(mutant, budget);
  unchangedRuns.set(key, known);
  return known;
}
