import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectShape } from '../../connectors/salesforce/shape.ts';
import { isPhoneCall, taskColumns, taskOf, taskRecordOf } from '../../connectors/salesforce/task-mapping.ts';
import type { TaskPicklists } from '../../connectors/salesforce/task-picklists.ts';
import type { Row } from '../../connectors/salesforce/wire.ts';
import type { TaskFields } from '../../sync/tasks/task.ts';
import { startOrg, type TestOrg } from '../emulators/salesforce/org.ts';
import { task } from './activity-samples.ts';

const shape: ObjectShape = {
  columns: new Map(taskColumns.map(name => [name, { maxLength: null }])),
  keyColumn: null,
};

const status = (ApiName: string, IsClosed = false, IsDefault = false): Row => ({
  ApiName,
  IsClosed,
  IsDefault,
});
const priority = (ApiName: string, IsHighPriority = false, IsDefault = false): Row => ({
  ApiName,
  IsHighPriority,
  IsDefault,
});
const standard: TaskPicklists = {
  statuses: [
    status('Not Started', false, true),
    status('In Progress'),
    status('Completed', true),
    status('Waiting on someone else'),
    status('Deferred'),
  ],
  priorities: [priority('High', true), priority('Normal', false, true), priority('Low')],
};
/** As an administrator may have made it. */
const own: TaskPicklists = {
  statuses: [
    status('Offen', false, true),
    status('Beim Kunden'),
    status('Erledigt', true),
    status('Verworfen', true),
  ],
  priorities: [
    priority('Dringend', true),
    priority('Hoch', true),
    priority('Mittel', false, true),
    priority('Egal'),
  ],
};

const written = (fields: TaskFields, current: Row = {}, picklists = standard) =>
  taskRecordOf(fields, current, shape, picklists);
/** A CRM has no start of a task. */
const held = ({ startDay: _unknown, ...fields }: TaskFields): TaskFields => fields;

describe('tasks of Salesforce', () => {
  it('TASK-1 reads back what was written', () => {
    fc.assert(
      fc.property(task, fields => {
        expect(taskOf(written(fields), standard)).toEqual(held(fields));
      }),
    );
  });

  it('changes nothing that was not asked', () => {
    fc.assert(
      fc.property(task, fc.record(taskParts, { requiredKeys: [] }), (before, change) => {
        const row = written(before);
        const after = { ...row, ...written(change, row) };
        expect(taskOf(after, standard)).toEqual(held({ ...before, ...change }));
        expect(Object.keys(change)).toHaveLength(
          new Set(Object.keys(written(change, row)).map(fieldOf)).size,
        );
      }),
    );
  });

  it('takes a column that is not on a row for unknown, not for empty', () => {
    expect(taskOf({ Subject: 'Call back', ActivityDate: null }, standard)).toEqual({
      subject: 'Call back',
      dueDay: null,
    });
  });

  it('TASK-1 a status is completed when the org closes tasks with it, whatever its name', () => {
    const meanings = own.statuses.map(({ ApiName }) => taskOf({ Status: ApiName }, own).status);
    expect(meanings).toEqual(['notStarted', 'inProgress', 'completed', 'completed']);
  });

  it('TASK-1 a value of the org stays as long as it means what is asked', () => {
    expect(written({ status: 'completed' }, { Status: 'Verworfen' }, own)).toEqual({ Status: 'Verworfen' });
    expect(written({ status: 'completed' }, { Status: 'Offen' }, own)).toEqual({ Status: 'Erledigt' });
    expect(written({ status: 'inProgress' }, { Status: 'Erledigt' }, own)).toEqual({ Status: 'Beim Kunden' });
    expect(written({ priority: 'high' }, { Priority: 'Hoch' }, own)).toEqual({ Priority: 'Hoch' });
    expect(written({ priority: 'low' }, { Priority: 'Hoch' }, own)).toEqual({ Priority: 'Egal' });
  });

  it('TASK-1 what the org cannot say becomes its open default, completed never', () => {
    expect(written({ status: 'deferred' }, {}, own)).toEqual({ Status: 'Offen' });
    const open = { ...own, statuses: own.statuses.filter(({ IsClosed }) => IsClosed !== true) };
    expect(() => written({ status: 'completed' }, {}, open)).toThrow(
      expect.objectContaining({ fields: ['status'], fix: expect.stringMatching(/Add a closed value/) }),
    );
  });

  it('TASK-1 a call is told from other tasks', () => {
    expect(['Call', 'Task', null].map(TaskSubtype => isPhoneCall({ TaskSubtype }))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

const fieldOf = (column: string) => (column === 'ReminderDateTime' ? 'IsReminderSet' : column);
const taskParts = {
  subject: fc.constantFrom('A', null),
  dueDay: fc.constantFrom('2026-03-03', null),
  status: fc.constantFrom('waiting' as const, 'completed' as const),
  priority: fc.constantFrom('low' as const, 'high' as const),
  reminder: fc.constantFrom({ local: '2026-03-03T09:00:00', zone: 'UTC' }, null),
};

describe('tasks in an org', () => {
  let org: TestOrg;
  beforeAll(async () => {
    org = await startOrg();
  });
  afterAll(() => org.close());

  it('TASK-1 are read as they were written, in the words of the org', async () => {
    const rows = async (soql: string): Promise<Row[]> => (await org.admin.query(soql)).body.records;
    const picklists = {
      statuses: await rows('SELECT ApiName, IsClosed, IsDefault FROM TaskStatus ORDER BY SortOrder'),
      priorities: await rows(
        'SELECT ApiName, IsHighPriority, IsDefault FROM TaskPriority ORDER BY SortOrder',
      ),
    };
    const stored = async (id: string) =>
      (await rows(`SELECT ${taskColumns.join(', ')} FROM Task WHERE Id = '${id}'`))[0]!;
    await fc.assert(
      fc.asyncProperty(task, task, async (fields, change) => {
        const id = await org.admin.create('Task', written(fields, {}, picklists));
        const row = await stored(id);
        expect(taskOf(row, picklists)).toEqual(held(fields));
        expect(row.IsClosed).toBe(fields.status === 'completed');
        const { status: answer } = await org.admin.call(
          'PATCH',
          `/sobjects/Task/${id}`,
          written(change, row, picklists),
        );
        expect(answer).toBe(204);
        expect(taskOf(await stored(id), picklists)).toEqual(held(change));
      }),
      { numRuns: 25 },
    );
  });
});
