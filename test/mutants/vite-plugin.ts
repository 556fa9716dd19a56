import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vitest/config';
import { chosenMutation } from './chosen.ts';

const urlOf = (id: string) => pathToFileURL(id.split('?')[0] ?? id).href;

/** Vitest with the mutant that the environment names; without one it changes nothing. */
export function mutantPlugin(): Plugin {
  const mutation = chosenMutation();
  return {
    name: 'tandem-mutant',
    enforce: 'pre',
    transform: (source, id) => mutation?.of(urlOf(id), source) ?? null,
    // A changed module must never be found in vitest's cache by a run without the mutant.
    configureVitest({ defineCacheKeyGenerator }) {
      defineCacheKeyGenerator(({ id }) => (mutation?.changes(urlOf(id)) ? false : null));
    },
  };
}
