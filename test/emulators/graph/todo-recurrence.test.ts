import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_TASKS, LISTS, openTodoTenant, type TodoTenant } from './todo-tenant.ts';

let tenant: TodoTenant;
let tasks: string;
beforeEach(async () => {
  tenant = await openTodoTenant();
  tasks = `${LISTS}/${await tenant.defaultList()}/tasks`;
});
afterEach(() => tenant.close());

const utc = (day: string) => ({ dateTime: `${day}T00:00:00.0000000`, timeZone: 'UTC' });
const recurring = (due: string, pattern: Record<string, unknown>, range: Record<string, unknown> = {}) => ({
  title: 'Call',
  dueDateTime: utc(due),
  recurrence: { pattern: { interval: 1, ...pattern }, range: { type: 'noEnd', startDate: due, ...range } },
});
const create = async (body: unknown) => (await tenant.call('POST', tasks, body)).body;
const dayOf = ({ dueDateTime }: { dueDateTime: { dateTime: string } }) => dueDateTime.dateTime.slice(0, 10);
const complete = (id: string) => tenant.call('PATCH', `${tasks}/${id}`, { status: 'completed' });
const open = async () =>
  (
    await tenant.call(
      'GET',
      `${tasks}?$filter=status eq 'notStarted'&$expand=linkedResources,checklistItems,extensions`,
    )
  ).body.value;

describe('a recurrence', () => {
  it('is told with zeros and the first day of the first year where nothing applies', async () => {
    const { recurrence } = await create(recurring('2026-03-05', { type: 'daily', interval: 2 }));
    expect(recurrence).toEqual({
      pattern: {
        type: 'daily',
        interval: 2,
        month: 0,
        dayOfMonth: 0,
        daysOfWeek: [],
        firstDayOfWeek: 'sunday',
        index: 'first',
      },
      range: {
        type: 'noEnd',
        startDate: '2026-03-05',
        endDate: '0001-01-01',
        recurrenceTimeZone: 'UTC',
        numberOfOccurrences: 0,
      },
    });
  });

  // Both were seen in the field; neither is documented.
  it('needs a due date, and moves it to the first day of the pattern', async () => {
    const { recurrence } = recurring('2026-03-05', { type: 'daily' });
    const refused = await tenant.call('POST', tasks, { title: 'Call', recurrence });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'invalidRequest']);
    const weekly = await create(recurring('2026-03-05', { type: 'weekly', daysOfWeek: ['monday'] }));
    expect(dayOf(weekly)).toBe('2026-03-09');
    const patched = await tenant.call('PATCH', `${tasks}/${weekly.id}`, { dueDateTime: null });
    expect(patched.status).toBe(400);
    const single = await tenant.call('PATCH', `${tasks}/${weekly.id}`, { recurrence: null });
    expect(single.body).not.toHaveProperty('recurrence');
  });

  it.each([
    [{ type: 'weekly' }, {}],
    [{ type: 'absoluteMonthly' }, {}],
    [{ type: 'relativeYearly', daysOfWeek: ['monday'] }, {}],
    [{ type: 'daily', interval: 0 }, {}],
    [{}, {}],
    [{ type: 'daily' }, { type: 'endDate', endDate: '2026-03-01' }],
    [{ type: 'daily' }, { type: 'numbered' }],
  ])('is refused when it does not say enough: %j %j', async (pattern, range) => {
    const { status, body } = await tenant.call('POST', tasks, recurring('2026-03-05', pattern, range));
    expect([status, body.error.code]).toEqual([400, 'invalidRequest']);
  });
});

describe('completing a recurring task', () => {
  it('brings up the next as a new task, with links and steps of its own', async () => {
    const first = await create({
      ...recurring('2026-03-05', { type: 'daily', interval: 3 }),
      isReminderOn: true,
      reminderDateTime: { dateTime: '2026-03-04T09:00:00', timeZone: 'UTC' },
      startDateTime: utc('2026-03-03'),
      linkedResources: [{ externalId: '00T1' }],
      checklistItems: [{ displayName: 'Dial', isChecked: true }],
      extensions: [{ extensionName: 'com.acme.crm', key: '00T1' }],
    });
    const { deltaLink } = await tenant.round(`${tasks}/delta`);
    const completed = await complete(first.id);
    expect(completed.body).toMatchObject({
      id: first.id,
      status: 'completed',
      dueDateTime: utc('2026-03-05'),
    });
    expect(completed.body).not.toHaveProperty('recurrence');
    const [next] = await open();
    expect(next).toMatchObject({
      title: 'Call',
      dueDateTime: utc('2026-03-08'),
      startDateTime: utc('2026-03-06'),
      reminderDateTime: { dateTime: '2026-03-07T09:00:00.0000000', timeZone: 'UTC' },
      recurrence: first.recurrence,
      linkedResources: [{ externalId: '00T1' }],
      checklistItems: [{ displayName: 'Dial', isChecked: false }],
      extensions: [],
    });
    expect(next.linkedResources[0].id).not.toBe(first.linkedResources[0].id);
    const { rows } = await tenant.round(deltaLink);
    expect(rows.map(row => row.id)).toEqual([first.id, next.id]);
    await complete(first.id);
    expect(await open()).toHaveLength(1);
  });

  it('moves the task on and leaves a completed copy, when switched', async () => {
    await tenant.behave({ todoRecurrence: 'sameTask' });
    const first = await create(recurring('2026-03-05', { type: 'daily' }));
    const answered = await complete(first.id);
    expect(answered.body).toMatchObject({
      id: first.id,
      status: 'notStarted',
      dueDateTime: utc('2026-03-06'),
      recurrence: first.recurrence,
    });
    const { value } = (await tenant.call('GET', `${DEFAULT_TASKS}?$filter=status eq 'completed'`)).body;
    expect(value).toMatchObject([{ dueDateTime: utc('2026-03-05'), completedDateTime: utc('2026-03-02') }]);
    expect(value[0].id).not.toBe(first.id);
  });

  it('brings up nothing, when switched', async () => {
    await tenant.behave({ todoRecurrence: 'none' });
    const first = await create(recurring('2026-03-05', { type: 'daily' }));
    expect((await complete(first.id)).body.recurrence).toEqual(first.recurrence);
    expect(await open()).toEqual([]);
  });

  it.each([
    ['numbered', { type: 'numbered', numberOfOccurrences: 3 }],
    ['ended by a date', { type: 'endDate', endDate: '2026-03-07' }],
  ])('ends with the series: %s', async (_what, range) => {
    await create(recurring('2026-03-05', { type: 'daily' }, range));
    const days: string[] = [];
    for (let next = await open(); next.length > 0; next = await open()) {
      days.push(dayOf(next[0]));
      await complete(next[0].id);
    }
    expect(days).toEqual(['2026-03-05', '2026-03-06', '2026-03-07']);
  });

  it.each([
    [
      'every second week',
      '2026-03-03',
      { type: 'weekly', interval: 2, daysOfWeek: ['tuesday'] },
      '2026-03-17',
    ],
    [
      'twice a week, whose first day is Monday',
      '2026-03-08',
      { type: 'weekly', interval: 2, daysOfWeek: ['sunday', 'monday'], firstDayOfWeek: 'monday' },
      '2026-03-16',
    ],
    [
      'on the 31st, which February lacks',
      '2026-01-31',
      { type: 'absoluteMonthly', dayOfMonth: 31 },
      '2026-02-28',
    ],
    [
      'on the last Friday of a month',
      '2026-03-27',
      { type: 'relativeMonthly', daysOfWeek: ['friday'], index: 'last' },
      '2026-04-24',
    ],
    [
      'on the first working day of every third month',
      '2026-05-01',
      {
        type: 'relativeMonthly',
        interval: 3,
        daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        index: 'first',
      },
      '2026-08-03',
    ],
    [
      'on a day of the year',
      '2026-02-14',
      { type: 'absoluteYearly', dayOfMonth: 14, month: 2 },
      '2027-02-14',
    ],
    [
      'on the second Sunday of May, every other year',
      '2026-05-10',
      { type: 'relativeYearly', interval: 2, daysOfWeek: ['sunday'], index: 'second', month: 5 },
      '2028-05-14',
    ],
  ])('finds the next day %s', async (_what, due, pattern, next) => {
    const { id } = await create(recurring(due, pattern));
    await complete(id);
    expect((await open()).map(dayOf)).toEqual([next]);
  });
});
