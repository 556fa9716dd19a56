import { defineConfig } from 'vitest/config';
import { mutantPlugin } from './test/mutants/vite-plugin.ts';

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
  plugins: [mutantPlugin()],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './test/setup/closing-line.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'quick', include: QUICK, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: QUICK,
          globalSetup: ['test/setup/global.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
