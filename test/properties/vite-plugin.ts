import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';

const withSeed = fileURLToPath(new URL('fast-check.ts', import.meta.url));

/** Gives tests the fast-check whose seed and number of runs the environment chooses. */
export function propertiesPlugin(): Plugin {
  return {
    name: 'tandem-properties',
    enforce: 'pre',
    resolveId: (source, importer) => (source === 'fast-check' && importer !== withSeed ? withSeed : null),
  };
}
