import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox } from '../../connectors/connector.ts';
import { connectGraph } from '../conformance/graph-subject.ts';
import { type EmulatedGraph, emulatedGraph } from '../emulated/graph.ts';

describe('invariant 5: an item of Microsoft Graph that cannot be read', () => {
  let graph: EmulatedGraph;
  let mailbox: Mailbox;
  let folderId: string;
  let itemIds: string[];

  beforeAll(async () => {
    graph = await emulatedGraph();
    mailbox = connectGraph(graph, graph.hosts).mailbox(graph.address);
    folderId = (await mailbox.createContactFolder('Evidence')).id;
    const outcomes = await mailbox.items('contact').write(
      ['Key', 'Other', 'Third'].map(name => ({
        op: 'create',
        containerId: folderId,
        key: name,
        fields: { lastName: name },
        categories: [],
      })),
    );
    itemIds = outcomes.flatMap(outcome => (outcome.ok && outcome.value ? [outcome.value.itemId] : []));
  });
  afterEach(() => graph.control('PUT', 'faults', []));
  afterAll(() => graph.close());

  it.each([
    ['forbidden', { status: 403, code: 'ErrorAccessDenied' }, 'forbidden'],
    ['of a mailbox that is not there now', { status: 404, code: 'MailboxNotEnabledForRESTAPI' }, 'gone'],
    ['damaged', { status: 500, code: 'ErrorCorruptData' }, 'permanent'],
  ])('%s, is not deleted; the others are read', async (_, fault, kind) => {
    const match = { method: 'GET', path: `contacts/${itemIds[1]}`, subrequest: true };
    await graph.control('PUT', 'faults', [{ mode: 'status', ...fault, match }]);
    expect(await mailbox.items('contact').read(itemIds)).toMatchObject([
      { ok: true, value: { type: 'present' } },
      { ok: false, failure: { kind } },
      { ok: true, value: { type: 'present' } },
    ]);
  });

  it('invariant 3: a key in other capitals is another key, although Exchange finds it', async () => {
    expect([...(await mailbox.items('contact').findByKeys(folderId, ['KEY', 'Other'])).keys()]).toEqual([
      'Other',
    ]);
  });
});
