import fc from 'fast-check';
import { expect, it } from 'vitest';
import { at, openCalendar, windowQuery } from './calendar-under-test.ts';

const ada = 'ada@example.com';
const immutable = { prefer: 'IdType="ImmutableId"' };
const query = windowQuery('2026-03-10T00:00:00Z', '2026-03-20T00:00:00Z');

/** What may happen in a calendar; numbers choose among what is there. */
type Step =
  | { kind: 'create' | 'recur'; day: number; hours: number; count: number; interval: number }
  | { kind: 'move'; which: number; day: number; hours: number }
  | { kind: 'unrecur' | 'remove'; which: number }
  | {
      kind: 'moveInstance' | 'removeInstance' | 'renameInstance';
      which: number;
      instance: number;
      hours: number;
    }
  | { kind: 'page' | 'round'; size: number };

const which = fc.nat({ max: 5 });
const day = fc.integer({ min: 5, max: 25 });
const hours = fc.integer({ min: 0, max: 60 });
const size = fc.integer({ min: 1, max: 5 });
const times = { day, hours, count: fc.integer({ min: 1, max: 6 }), interval: fc.integer({ min: 1, max: 3 }) };
const one = <Kind extends Step['kind']>(...kinds: Kind[]) => fc.constantFrom(...kinds);
const step = fc.oneof(
  fc.record({ kind: one('create', 'recur'), ...times }),
  fc.record({ kind: one('move'), which, day, hours }),
  fc.record({ kind: one('unrecur', 'remove'), which }),
  fc.record({
    kind: one('moveInstance', 'removeInstance', 'renameInstance'),
    which,
    instance: fc.nat({ max: 5 }),
    hours,
  }),
  fc.record({ kind: one('page', 'round'), size }),
);

const instant = (day: number, hours: number) =>
  at(new Date(Date.UTC(2026, 2, day, hours)).toISOString().slice(0, 19));
const span = (day: number, hours: number) => ({
  start: instant(day, hours % 24),
  end: instant(day, (hours % 24) + hours),
});

async function run(steps: readonly Step[]): Promise<void> {
  const tenant = await openCalendar();
  const known = new Map<string, unknown>();
  let link = `${ada}/calendarView/delta?${query}`;
  const masters: string[] = [];

  const page = async (size: number): Promise<boolean> => {
    const prefer = `IdType="ImmutableId", odata.maxpagesize=${size}`;
    const { body } = await tenant.get(link, { prefer });
    expect(body.value.length).toBeLessThanOrEqual(size);
    for (const row of body.value) {
      if (row['@removed']) known.delete(row.id);
      else known.set(row.id, [row.type, row.start, row.end]);
    }
    link = body['@odata.nextLink'] ?? body['@odata.deltaLink'];
    return body['@odata.deltaLink'] !== undefined;
  };
  const round = async (size: number) => {
    while (!(await page(size)));
  };
  const chosen = (list: string[], number: number) => list[number % list.length];
  const instancesOf = async (id: string): Promise<string[]> => {
    const all = windowQuery('2026-01-01', '2026-12-31');
    const { status, body } = await tenant.get(`${ada}/events/${id}/instances?${all}&$top=50`, immutable);
    return status === 200 ? body.value.map((event: { id: string }) => event.id) : [];
  };

  const create = async ({ kind, day, hours, count, interval }: Extract<Step, { count: number }>) => {
    const startDate = instant(day, hours % 24).dateTime.slice(0, 10);
    const recurrence = {
      pattern: { type: 'daily', interval },
      range: { type: 'numbered', startDate, numberOfOccurrences: count },
    };
    const body = { ...span(day, hours), ...(kind === 'recur' && { recurrence }) };
    masters.push((await tenant.created(ada, body, immutable)).id);
  };
  const changeInstance = async (path: string, { kind, hours }: Extract<Step, { instance: number }>) => {
    if (kind === 'removeInstance') return tenant.remove(path);
    if (kind === 'renameInstance') return tenant.patch(path, { subject: 'Special' });
    const { start } = (await tenant.get(path)).body;
    const from = Date.parse(`${start.dateTime.slice(0, 19)}Z`);
    const later = at(new Date(from + hours * 3_600_000).toISOString().slice(0, 19));
    return tenant.patch(path, { start: later, end: later });
  };
  const change = async (id: string, step: Exclude<Step, { size: number } | { count: number }>) => {
    const path = `${ada}/events/${id}`;
    if (step.kind === 'move') await tenant.patch(path, span(step.day, step.hours), immutable);
    if (step.kind === 'unrecur') await tenant.patch(path, { recurrence: null }, immutable);
    if (step.kind === 'remove') await tenant.remove(path);
    if (!('instance' in step)) return;
    const instance = chosen(await instancesOf(id), step.instance);
    if (instance !== undefined) await changeInstance(`${ada}/events/${instance}`, step);
  };
  const carryOut = async (step: Step): Promise<void> => {
    if ('size' in step) await (step.kind === 'page' ? page(step.size) : round(step.size));
    else if ('count' in step) await create(step);
    else {
      const id = chosen(masters, step.which);
      if (id !== undefined) await change(id, step);
    }
  };

  try {
    for (const each of steps) await carryOut(each);
    await round(3);
    await round(3);
    const view = await tenant.get(`${ada}/calendarView?${query}&$top=200`, immutable);
    const shown = new Map<string, unknown>();
    for (const { id, type, start, end, seriesMasterId } of view.body.value) {
      shown.set(id, [type, start, end]);
      if (seriesMasterId === null || shown.has(seriesMasterId)) continue;
      const master = (await tenant.get(`${ada}/events/${seriesMasterId}`, immutable)).body;
      shown.set(master.id, [master.type, master.start, master.end]);
    }
    expect(new Map([...known].sort())).toEqual(new Map([...shown].sort()));
  } finally {
    tenant.close();
  }
}

it('lets a client that follows the delta hold what the view holds, whatever was done meanwhile', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25, size: 'max' }), run), {
    numRuns: 100,
  });
});
