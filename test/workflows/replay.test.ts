import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { FAILURE_CONVERTER_PATH } from '../../bin/data-converter.ts';
import { bundleOf, silence } from './worker.ts';

const FOLDER = fileURLToPath(new URL('histories/', import.meta.url));
const CHANGED = fileURLToPath(new URL('changed/index.ts', import.meta.url));

/** One per story and released version; `record-histories.ts` makes them. */
const histories = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.json'))
  .map(name => ({ name, history: JSON.parse(readFileSync(FOLDER + name, 'utf8')) }));

async function failuresOf(bundle: WorkflowBundleWithSourceMap): Promise<Map<string, Error>> {
  const failures = new Map<string, Error>();
  const recorded = histories.map(({ name, history }) => ({ workflowId: name, history }));
  const options = {
    workflowBundle: bundle,
    dataConverter: { failureConverterPath: FAILURE_CONVERTER_PATH },
  };
  for await (const result of Worker.runReplayHistories(options, recorded))
    if (result.error) failures.set(result.workflowId, result.error);
  return failures;
}

describe('invariant 16: running workflows go on under new code', () => {
  beforeAll(silence);

  it('has histories of every kind of workflow', () => {
    const kinds = histories.map(({ name }) => name.replace(/^.*[\\/]([a-z]+)-.*$/, '$1'));
    expect(new Set(kinds)).toEqual(new Set(['pairing', 'feed', 'fleet']));
  });

  it('replays what released versions have recorded', async () => {
    expect(await failuresOf(await bundleOf())).toEqual(new Map());
  });

  it('would notice a change that they cannot follow', async () => {
    const failures = await failuresOf(await bundleOf(CHANGED));
    const pairings = histories.filter(({ name }) => name.includes('pairing-')).map(({ name }) => name);
    expect([...failures.keys()].sort()).toEqual(pairings.sort());
    for (const { name } of failures.values()) expect(name).toBe('DeterminismViolationError');
  });
});
