import { beforeAll, describe, expect, it } from 'vitest';
import type { CrmSession } from '../../connectors/connector.ts';
import { pick, withFields } from '../../sync/items/compare.ts';
import { type CrmRef, type Field, type Fields, TASK_FIELDS } from '../../sync/record.ts';
import { partsOfTask, statuses, wholeTask } from './activities.ts';
import { type CrmScene, drain, idsIn, newKey, recordOf, written } from './crm-subject.ts';
import { expectSaid } from './saying.ts';

export function crmTasks(scene: () => CrmScene): void {
  describe.each(['task', 'call'] as const)('each %s', kind => {
    let asAnn: CrmSession;
    let asBob: CrmSession;
    let held: ReadonlySet<Field>;

    beforeAll(async () => {
      ({ asAnn, asBob } = scene());
      held = (await scene().crm.capabilities()).fields[kind] ?? new Set();
    });

    const create = (fields: Fields, of: 'task' | 'call' = kind) =>
      written(asAnn, { op: 'create', kind: of, key: newKey(), fields: { subject: 'A', ...fields } });
    const update = (ref: CrmRef, fields: Fields) => written(asAnn, { op: 'update', ref, fields });

    it('TASK-1 keeps every field that it has', async () => {
      const wanted = pick(wholeTask, held);
      const { ref, after } = await create(wanted);
      expect(after).toMatchObject({ ref: { kind }, ownerId: scene().ann.id, accountId: null });
      expectSaid(after.fields, wanted);
      const read = await recordOf(asAnn, ref);
      expect(read.ref).toEqual(ref);
      expectSaid(read.fields, wanted);
    });

    it('tells every field that it holds', async () => {
      const { fields } = await recordOf(asAnn, (await create({})).ref);
      expect(Object.keys(fields).sort()).toEqual(TASK_FIELDS.filter(field => held.has(field)).sort());
    });

    it.each(partsOfTask)('changes nothing but %o, and tells what it found', async change => {
      const { ref } = await create(pick(wholeTask, held));
      const { before, after } = await update(ref, change);
      const wanted = pick(withFields(wholeTask, change), held);
      expectSaid(before!.fields, pick(wholeTask, held));
      expectSaid(after.fields, wanted);
      expectSaid((await recordOf(asAnn, ref)).fields, wanted);
    });

    it('TASK-1 keeps a status that it read', async () => {
      const { ref } = await create({});
      for (const status of statuses) {
        const told = (await update(ref, { status })).after.fields.status!;
        expect((await update(ref, { status: told })).after.fields.status).toBe(told);
      }
    });

    it('TASK-1 is closed when it is completed, and open again when it is not', async () => {
      const { ref, after } = await create({});
      expect(after.closed ?? false).toBe(false);
      const done = await update(ref, { status: 'completed' });
      expect(done.after).toMatchObject({ closed: true, fields: { status: 'completed' } });
      const own = { kind, ownerId: scene().ann.id, limit: 50 } as const;
      expect(await idsIn(asAnn, own)).toContain(ref.id);
      expect(await idsIn(asAnn, { ...own, open: true })).not.toContain(ref.id);
      const again = await update(ref, { status: 'notStarted' });
      expect(again.after.closed ?? false).toBe(false);
      expect(await idsIn(asAnn, { ...own, open: true })).toContain(ref.id);
    });

    it('lists those of its kind alone, in pages by id', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 5; index++) ids.push((await create({ status: 'inProgress' })).ref.id);
      const other = await create({}, kind === 'task' ? 'call' : 'task');
      const listed = await idsIn(asAnn, { kind, ownerId: scene().ann.id, open: true, limit: 2 });
      expect(listed).toEqual(expect.arrayContaining(ids));
      expect(listed).not.toContain(other.ref.id);
    });

    it('invariant 3: finds what an attempt has left behind', async () => {
      const attempt = { key: newKey(), kind, fields: { subject: `Lost ${newKey()}`, dueDay: '2027-05-04' } };
      const attempts = [{ ...attempt, sinceMs: Date.now() - 3_600_000 }];
      expect(await asAnn.findCreated(attempts)).toEqual(new Map());
      const { ref } = await written(asAnn, { op: 'create', ...attempt });
      expect((await asAnn.findCreated(attempts)).get(attempt.key)?.ref).toEqual(ref);
    });

    it('deletes it, and takes a second deletion for success', async () => {
      const { ref } = await create({});
      expect(await asAnn.write([{ op: 'delete', ref }])).toMatchObject([
        { ok: true, value: { ref, after: null } },
      ]);
      expect(await asAnn.write([{ op: 'delete', ref }])).toEqual([{ ok: true, value: { ref, after: null } }]);
      expect(await asAnn.read([ref])).toEqual([{ type: 'absent' }]);
      expect(await scene().crm.absence([ref])).toEqual(new Map([[ref.id, 'deleted']]));
    });

    it('invariant 2: a deletion tells what stood there in that moment', async () => {
      const { ref } = await create(pick(wholeTask, held));
      await update(ref, { subject: 'Edited since', dueDay: '2027-06-01' });
      const { fields } = await recordOf(asAnn, ref);
      const [outcome] = await asAnn.write([{ op: 'delete', ref }]);
      const before = outcome!.ok ? outcome!.value.before : undefined;
      expect(before).toMatchObject({ ref, fields: { subject: 'Edited since', dueDay: '2027-06-01' } });
      expect({ ...before!.fields, links: null }).toEqual({ ...fields, links: null });
    });

    it('POL-10 shows it to its owner', async () => {
      const { crm, bob, subject } = scene();
      const { ref } = await create({});
      expect(await asBob.read([ref])).toEqual([{ type: 'absent' }]);
      await subject.hand.setOwner(ref, bob.id);
      expect(await recordOf(asBob, ref)).toMatchObject({ ref, ownerId: bob.id });
      expect(await asAnn.read([ref])).toEqual([{ type: 'absent' }]);
      expect(await crm.absence([ref])).toEqual(new Map([[ref.id, 'hidden']]));
    });

    it('the feed of tasks tells of each change, as what it is, and of a deletion', async () => {
      const { crm, ann, bob, subject } = scene();
      const { ref } = await create({});
      const start = await crm.startCursor();
      const told = async () =>
        (await drain(crm, 'task', start)).changes.filter(change => change.ref.id === ref.id).at(-1);
      await update(ref, { status: 'completed' });
      expect(await told()).toMatchObject({ ref, ownerId: ann.id, deleted: false });
      await subject.hand.setOwner(ref, bob.id);
      expect(await told()).toMatchObject({ ref, ownerId: bob.id, deleted: false });
      await subject.hand.delete(ref);
      expect(await told()).toMatchObject({ ref, deleted: true });
    });
  });

  it('TASK-1 writes and reads tasks, calls and appointments together, in their order', async () => {
    const { asAnn } = scene();
    const kinds = ['task', 'event', 'call', 'task'] as const;
    const span = '2027-05-04T09:00:00[UTC]/2027-05-04T10:00:00[UTC]';
    const outcomes = await asAnn.write(
      kinds.map(kind => ({
        op: 'create',
        kind,
        key: newKey(),
        fields: { subject: `Mixed ${kind}`, ...(kind === 'event' && { span }) },
      })),
    );
    const created = outcomes.flatMap(outcome => (outcome.ok && outcome.value ? [outcome.value] : []));
    expect(created.map(({ ref }) => ref.kind)).toEqual(kinds);
    const read = await asAnn.read(created.map(({ ref }) => ref));
    expect(read).toMatchObject(
      created.map(({ ref }) => ({ record: { ref, fields: { subject: `Mixed ${ref.kind}` } } })),
    );
  });
}
