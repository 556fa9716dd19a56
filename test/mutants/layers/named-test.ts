import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant, NamedTest } from '../mutant.ts';
import { runNode } from './child.ts';
import type { Layer, Verdict } from './layer.ts';

/** What vitest's reporter of that name writes, as far as it matters here. */
interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The one test file that the catalogue names for a mutant. */
export const namedTest: Layer = {
  name: 'named test',
  reaches: () => true,
  measureOf: ({ test }) => JSON.stringify(test),
  run: (mutant, isChanged, { timeoutMs }) => vitest(mutant.test, isChanged ? mutant : null, timeoutMs),
};

async function vitest(test: NamedTest, mutant: Mutant | null, timeoutMs: number): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-mutant-'));
  const file = join(folder, 'report.json');
  try {
    const { output } = await runNode(
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        test.file,
        ...(test.title === undefined ? [] : ['--testNamePattern', RegExp.escape(test.title)]),
        '--bail=1',
        '--reporter=json',
        `--outputFile=${file}`,
      ],
      mutant,
      timeoutMs,
    );
    return verdictOf(readReport(file, output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string, output: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch (cause) {
    throw new Error(`The test ended without a report:\n${output}`, { cause });
  }
}

function verdictOf({ success, numPassedTests, testResults }: Report): Verdict {
  if (success && numPassedTests === 0)
    throw new Error('No test ran: correct file and title of the mutant’s test in the catalogue.');
  const failed = testResults.flatMap(file => file.assertionResults).find(({ status }) => status === 'failed');
  const [reason = ''] = failed?.failureMessages ?? [];
  const told = failed
    ? `${failed.fullName}: ${reason.split('\n')[0]}`
    : (testResults.find(({ message }) => message !== '')?.message ?? 'The test file could not run.');
  return { killed: !success, runs: 1, failure: success ? null : told };
}
