import { describe, expect, it } from 'vitest';
import { day, linkedThing, quietStory, usualSettings } from './example.ts';
import type { MeetingRole, Scenario, Settings, ThingSpec } from './scenario.ts';
import { play } from './story.ts';

const both = { enabled: true, direction: 'both', filter: 'owner' } as const;
const settings = usualSettings({ appointments: both, tasks: both });
const skipping: Settings = { ...settings, calendar: { ...settings.calendar, private: 'skip' } };

function event(meeting: MeetingRole, more: Partial<ThingSpec> = {}): ThingSpec {
  const fields = {
    subject: 'Review',
    span: '2026-04-01T09:00:00[Europe/Berlin]/2026-04-01T10:00:00[Europe/Berlin]',
  };
  return { ...linkedThing({ module: 'appointments', meeting, fields }), ...more };
}

interface Told {
  /** What is wrong; null: nothing. */
  readonly wrong: string | null;
  /** How often each thing happened. */
  readonly happened: Readonly<Record<string, number>>;
}

async function tell(story: Partial<Scenario>): Promise<Told> {
  const happened: Record<string, number> = {};
  const scenario = quietStory(settings, story);
  const { violation, lines } = await play(
    scenario,
    situation => {
      happened[situation] = (happened[situation] ?? 0) + 1;
    },
    true,
  );
  return { wrong: violation && `${violation.invariant}: ${violation.what}\n${lines.join('\n')}`, happened };
}

describe('stories of appointments and tasks', () => {
  it.each<[string, MeetingRole, Partial<ThingSpec>, deletes: number]>([
    ['CAL-1 an appointment that is deleted in the mailbox goes from the CRM', 'alone', {}, 1],
    ['CAL-1 so does a meeting, by the hand of who called it', 'called', {}, 1],
    ['CAL-1 the deletion by an attendee does not', 'invited', {}, 0],
    ['CAL-2 nor that by one who only takes part', 'led', {}, 0],
    ['TASK-1 a task that is deleted in the mailbox goes from the CRM', 'alone', { module: 'tasks' }, 1],
  ])('%s', async (_name, role, more, deletes) => {
    const { wrong, happened } = await tell({
      things: [event(role, more)],
      days: [day({ do: 'delete item', who: 0 })],
    });
    expect(wrong).toBe(null);
    expect(happened['CRM delete'] ?? 0).toBe(deletes);
    expect(happened['mailbox create'] ?? 0).toBe(0);
  });

  it('invariant 6: an appointment that somebody edits in the CRM while its user deletes it comes back', async () => {
    const days = [
      day({ do: 'edit record', who: 0, fields: { location: 'Room 2' } }, { do: 'delete item', who: 0 }),
    ];
    const { wrong, happened } = await tell({ things: [event('alone')], days });
    expect(wrong).toBe(null);
    expect(happened).toMatchObject({ 'event: restored': 1, 'mailbox create': 1 });
    expect(happened['CRM delete'] ?? 0).toBe(0);
  });

  it('invariant 6: a meeting cannot come back, and the edit of its record is in the history', async () => {
    const days = [
      day({ do: 'edit record', who: 0, fields: { location: 'Room 2' } }, { do: 'delete item', who: 0 }),
    ];
    const { wrong, happened } = await tell({ things: [event('called')], days });
    expect(wrong).toBe(null);
    expect(happened).toMatchObject({ 'event: conflict': 1, 'CRM delete': 1 });
  });

  it('POL-18, invariant 12: an edit of the CRM stays out of a meeting, and the ledger says so', async () => {
    const days = [day({ do: 'edit record', who: 0, fields: { location: 'Room 2' } })];
    const { wrong, happened } = await tell({ things: [event('called')], days });
    expect(wrong).toBe(null);
    expect(happened['event: excluded']).toBe(1);
    expect(happened['mailbox update'] ?? 0).toBe(0);
  });

  it('POL-17 who makes an appointment private under skip withdraws it, and keeps it', async () => {
    const days = [day({ do: 'edit item', who: 0, fields: { privacy: 'private' } })];
    const { wrong, happened } = await tell({ things: [event('alone')], days, settings: skipping });
    expect(wrong).toBe(null);
    expect(happened['CRM delete']).toBe(1);
    expect(happened['mailbox delete'] ?? 0).toBe(0);
  });

  it('POL-17 a policy that begins to skip takes nothing private from either side', async () => {
    const { calendar } = skipping;
    const spec = event('alone', { fields: { subject: 'Doctor', privacy: 'private' } });
    const days = [
      day(
        { do: 'edit record', who: 0, fields: { location: 'Theirs' } },
        { do: 'change policy', settings: { calendar } },
      ),
    ];
    const { wrong, happened } = await tell({ things: [spec], days });
    expect(wrong).toBe(null);
    expect(happened['event: released']).toBe(1);
    expect((happened['CRM delete'] ?? 0) + (happened['mailbox delete'] ?? 0)).toBe(0);
  });

  it('PAIR-7 a record that turns out to be a meeting that was cancelled before stays', async () => {
    const days = [day({ do: 'cancel item', who: 0 }), day({ do: 'touch record', who: 0 })];
    const { wrong, happened } = await tell({ things: [event('invited', { standing: 'both' })], days });
    expect(wrong).toBe(null);
    expect(happened['CRM delete'] ?? 0).toBe(0);
  });

  it("invariant 2: what a user wrote into the copy of somebody else's meeting is in the history when it goes", async () => {
    const days = [
      day({ do: 'edit item', who: 0, fields: { location: 'Mine' } }),
      day({ do: 'hide record', who: 0 }),
    ];
    const { wrong, happened } = await tell({ things: [event('led')], days });
    expect(wrong).toBe(null);
    expect(happened).toMatchObject({ 'event: conflict': 1, 'mailbox delete': 1 });
  });
});
