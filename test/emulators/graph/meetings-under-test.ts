import { attendee, daily, hour, openCalendar, windowQuery } from './calendar-under-test.ts';

export const [ada, bob, cyd] = ['ada@example.com', 'bob@example.com', 'cyd@example.com'] as const;
/** Somebody without a mailbox in the tenant. */
export const guest = 'guest@elsewhere.example';

const march = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');

/** A calendar with what meetings are made and seen by. */
export async function openMeetings() {
  const tenant = await openCalendar();
  const meet = (more: object = {}, people: readonly string[] = [bob, guest]) =>
    tenant.created(ada, {
      subject: 'Meet',
      ...hour('2026-03-10'),
      attendees: people.map(address => attendee(address)),
      ...more,
    });
  /** The copies of a meeting in a mailbox. */
  const copies = async (mailbox: string, iCalUId: string) =>
    (await tenant.get(`${mailbox}/events?$filter=iCalUId eq '${iCalUId}'`)).body.value;
  return {
    ...tenant,
    meet,
    series: () => meet({ recurrence: daily('2026-03-10', 3) }),
    copies,
    copyOf: async (mailbox: string, iCalUId: string) => (await copies(mailbox, iCalUId))[0],
    instances: async (mailbox: string, id: string) =>
      (await tenant.get(`${mailbox}/events/${id}/instances?${march}`)).body.value,
    responses: async (path: string): Promise<string[]> =>
      (await tenant.get(path)).body.attendees.map(
        ({ status }: { status: { response: string } }) => status.response,
      ),
    /** Who was sent what, in order. */
    mails: async () => (await tenant.outbox()).map(({ kind, to }) => `${kind} ${(to as string[]).join(' ')}`),
  };
}

export type MeetingsUnderTest = Awaited<ReturnType<typeof openMeetings>>;
