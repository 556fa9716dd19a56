import type { Budget, Layer } from './layers/layer.ts';
import type { Mutant } from './mutant.ts';
import type { Result } from './show.ts';

/** Shows a mutant to the layers, the cheapest first, until one of them sees it. */
export async function hunt(mutant: Mutant, layers: readonly Layer[], budget: Budget): Promise<Result> {
  const errors: string[] = [];
  for (const layer of layers.filter(candidate => candidate.reaches(mutant))) {
    try {
      const { killed, runs, failure } = await layer.run(mutant, true, budget);
      if (!killed) continue;
      await requireSound(layer, mutant, { ...budget, runs });
      return { mutant, killedBy: layer.name, runs, failure, error: null };
    } catch (error) {
      errors.push((error as Error).message);
    }
  }
  return { mutant, killedBy: null, runs: null, failure: null, error: errors.join(' ') || null };
}

/** By layer and measure: how many runs the product as it is has passed. */
const passedRuns = new Map<string, number>();

/** A failure proves nothing about the mutant where the product as it is fails, too. */
async function requireSound(
  layer: Layer,
  mutant: Mutant,
  budget: Budget & { readonly runs: number },
): Promise<void> {
  const key = `${layer.name} ${layer.measureOf(mutant)}`;
  if ((passedRuns.get(key) ?? 0) >= budget.runs) return;
  const { killed, failure } = await layer.run(mutant, false, budget);
  if (killed) throw new Error(`${layer.name} fails without the mutant, too: ${failure}`);
  passedRuns.set(key, Math.max(budget.runs, passedRuns.get(key) ?? 0));
}
