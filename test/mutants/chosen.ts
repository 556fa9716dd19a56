import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { catalogue } from './catalogue/index.ts';
import { type Mutant, mutate } from './mutant.ts';

/** Names the mutant of a process; unset, the product is as it is. */
export const MUTANT_VARIABLE = 'TANDEM_MUTANT';

export const PROJECT_ROOT = fileURLToPath(new URL('../../', import.meta.url));

export function findMutant(name: string): Mutant {
  const mutant = catalogue.find(candidate => candidate.name === name);
  if (!mutant)
    throw new Error(
      `There is no mutant "${name}". Those of test/mutants/catalogue are: ${catalogue.map(one => one.name).join(', ')}.`,
    );
  return mutant;
}

/** What this process loads its sources through. */
export interface Mutation {
  changes(url: string): boolean;
  /** The changed source of the mutant's file, null for every other. */
  of(url: string, source: string): string | null;
}

/** The mutation that the environment asks for, null when it asks for none. */
export function chosenMutation(environment: NodeJS.ProcessEnv = process.env): Mutation | null {
  const name = environment[MUTANT_VARIABLE];
  if (!name) return null;
  const mutant = findMutant(name);
  const target = pathToFileURL(resolve(PROJECT_ROOT, mutant.file)).href;
  const changes = (url: string) => url === target;
  return { changes, of: (url, source) => (changes(url) ? mutate(source, mutant) : null) };
}
