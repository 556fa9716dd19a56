import { defineConfig } from 'vitest/config';
import { mutantPlugin } from './test/mutants/vite-plugin.ts';
import { propertiesPlugin } from './test/properties/vite-plugin.ts';
import { LongestFirst } from './test/setup/longest-first.ts';

/** What needs no server of its own; it runs first, so that most mistakes show within seconds. */
const QUICK = [
  'style',
  'sync',
  'emulators',
  'connectors',
  'conformance',
  'mutants/catalogue',
  'planner',
  'reliability',
].map(folder => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  plugins: [mutantPlugin(), propertiesPlugin()],
  test: {
    pool: 'forks',
    reporters: ['default', './test/setup/closing-line.ts'],
    // Ends only what hangs: files run beside each other, and machines differ.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'quick', include: QUICK, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: QUICK,
          globalSetup: ['test/setup/global.ts'],
          // They wait for servers of their own most of the time.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
