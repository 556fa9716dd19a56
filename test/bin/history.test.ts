import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Activities } from '../../activities/types.ts';
import { dataConverterOf } from '../../bin/data-converter.ts';
import { createPayloadCodec } from '../../bin/payload-codec.ts';
import { workflowBundle } from '../../bin/workflow-bundle.ts';
import { generateKeyRing, parseKeyRing } from '../../db/keys.ts';
import { FEED_WORKFLOW } from '../../workflows/messages.ts';

const CANARY = 'canary-5f1c';
const organization = defineSearchAttributeKey('OrganizationId', 'KEYWORD');
const dataConverter = dataConverterOf(createPayloadCodec(parseKeyRing(generateKeyRing())));
const taskQueue = `history-${randomUUID()}`;

let cache: string;
let connection: Connection;
let native: NativeConnection;

beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), 'tandem-bundle-'));
  const address = inject('temporalAddress');
  [connection, native] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ]);
});
afterAll(async () => {
  await Promise.all([connection.close(), native.close()]);
  rmSync(cache, { recursive: true });
});

/** Fails once and answers then, telling more each time than a history may know. */
const pollFeed: Activities['pollFeed'] = (() => {
  let attempts = 0;
  return async () => {
    if (attempts++ === 0)
      throw ApplicationFailure.retryable(`${CANARY} message`, 'transient', `${CANARY} detail`);
    return { next: 'stop', dueAtMs: 0, note: `${CANARY} result` };
  };
})();

async function startWorker(): Promise<Worker> {
  return Worker.create({
    ...{ connection: native, taskQueue, dataConverter },
    workflowBundle: await workflowBundle(cache),
    activities: { pollFeed },
  });
}

test('a history holds nothing that can be read, and is still found by its attributes (OPS-5)', async () => {
  const client = new Client({ connection, dataConverter });
  const organizationId = `org_${randomUUID()}`;
  const worker = await startWorker();
  const history = await worker.runUntil(async () => {
    const handle = await client.workflow.start(FEED_WORKFLOW, {
      ...{ taskQueue, workflowId: randomUUID() },
      args: [{ organizationId: `${CANARY} argument`, connectionId: 'con_1' }],
      typedSearchAttributes: new TypedSearchAttributes([{ key: organization, value: organizationId }]),
    });
    await handle.result();
    return handle.fetchHistory();
  });
  expect(textOf(history)).not.toContain(CANARY);
  expect(textOf(history)).toContain(organizationId);
  await expect.poll(() => found(client, organizationId), { timeout: 20_000 }).toBe(1);
});

test('workflows are bundled once, whoever asks', async () => {
  const bundles = await Promise.all([workflowBundle(cache), workflowBundle(cache), workflowBundle(cache)]);
  expect(new Set(bundles.map(bundle => JSON.stringify(bundle))).size).toBe(1);
  expect(readdirSync(cache)).toHaveLength(1);
});

test('where nothing can be written, a bundle is made all the same', async () => {
  expect(await workflowBundle('/dev/null/nowhere')).toHaveProperty('code');
});

/** All that a history says, its bytes as text. */
function textOf(part: unknown): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString();
  return typeof part === 'object' && part !== null
    ? Object.values(part).map(textOf).join('\n')
    : String(part);
}

async function found(client: Client, organizationId: string): Promise<number> {
  return (await client.workflow.count(`OrganizationId = "${organizationId}"`)).count;
}
