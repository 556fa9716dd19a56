import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  attendee,
  type CalendarUnderTest,
  daily,
  hour,
  openCalendar,
  START,
  windowQuery,
} from './calendar-under-test.ts';

const [ada, bob, cyd] = ['ada@example.com', 'bob@example.com', 'cyd@example.com'] as const;
const guest = 'guest@elsewhere.example';
const march = windowQuery('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z');

let tenant: CalendarUnderTest;
beforeEach(async () => {
  tenant = await openCalendar();
});
afterEach(() => tenant.close());

const meet = (more: object = {}, people: readonly string[] = [bob, guest]) =>
  tenant.created(ada, {
    subject: 'Meet',
    ...hour('2026-03-10'),
    attendees: people.map(address => attendee(address)),
    ...more,
  });
const series = () => meet({ recurrence: daily('2026-03-10', 3) });
/** The copies of a meeting in a mailbox. */
const copies = async (mailbox: string, iCalUId: string) =>
  (await tenant.get(`${mailbox}/events?$filter=iCalUId eq '${iCalUId}'`)).body.value;
const copyOf = async (mailbox: string, iCalUId: string) => (await copies(mailbox, iCalUId))[0];
const instances = async (mailbox: string, id: string) =>
  (await tenant.get(`${mailbox}/events/${id}/instances?${march}`)).body.value;
const responses = async (path: string) =>
  (await tenant.get(path)).body.attendees.map(
    ({ status }: { status: { response: string } }) => status.response,
  );
/** Who was sent what, in order. */
const mails = async () =>
  (await tenant.outbox()).map(({ kind, to }) => `${kind} ${(to as string[]).join(' ')}`);

describe('a meeting', () => {
  it('is mailed to all attendees at once, and stands in the calendars of those inside', async () => {
    // Documentation: user-post-events, "the server sends invitations to all the attendees".
    const meeting = await meet({ body: { contentType: 'text', content: 'Agenda' } });
    expect(meeting.attendees[0]).toEqual({
      type: 'required',
      status: { response: 'none', time: '0001-01-01T00:00:00Z' },
      emailAddress: { name: 'bob', address: bob },
    });
    const stable = await tenant.get(`${ada}/events/${meeting.id}`, { prefer: 'IdType="ImmutableId"' });
    expect(stable.status).toBe(200);
    const [mail, ...others] = await tenant.outbox();
    expect(others).toEqual([]);
    expect(mail).toEqual({
      at: START.replace('Z', '.000Z'),
      mailbox: ada,
      kind: 'invitation',
      eventId: stable.body.id,
      iCalUId: meeting.iCalUId,
      subject: 'Meet',
      to: [bob, guest],
      by: tenant.clientId,
    });
    const copy = await copyOf(bob, meeting.iCalUId);
    expect(copy).toMatchObject({
      subject: 'Meet',
      bodyPreview: 'Agenda',
      isOrganizer: false,
      organizer: { emailAddress: { address: ada } },
      responseStatus: { response: 'notResponded' },
      showAs: 'tentative',
    });
    expect(copy.id).not.toBe(meeting.id);
  });

  it('without attendees, or over, or about the organizer alone, is mailed to nobody', async () => {
    await meet({}, []);
    await meet({}, [ada]);
    await meet(hour('2026-02-10'));
    expect(await mails()).toEqual([]);
    await tenant.behave({ pastMeetings: 'mailed' });
    await meet(hour('2026-02-10'));
    expect(await mails()).toEqual([`invitation ${bob} ${guest}`]);
  });

  it('is over when its last instance is', async () => {
    const recurrence = daily('2026-02-20', 5);
    const gone = await meet({ ...hour('2026-02-20'), recurrence });
    const going = await meet({ ...hour('2026-02-27'), recurrence: daily('2026-02-27', 5) });
    expect(await mails()).toHaveLength(1);
    const [first] = (
      await tenant.get(`${ada}/events/${going.id}/instances?${windowQuery('2026-02-01', '2026-03-01')}`)
    ).body.value;
    await tenant.patch(`${ada}/events/${first.id}`, { subject: 'History' });
    await tenant.patch(`${ada}/events/${gone.id}`, { subject: 'History' });
    expect(await mails()).toEqual([]);
  });

  it('changes in all calendars when the organizer changes it', async () => {
    const meeting = await meet();
    await mails();
    const path = `${ada}/events/${meeting.id}`;
    await tenant.patch(path, { location: { displayName: 'Room 2' }, ...hour('2026-03-11') });
    expect(await mails()).toEqual([`update ${bob} ${guest}`]);
    expect(await copyOf(bob, meeting.iCalUId)).toMatchObject({
      location: { displayName: 'Room 2' },
      start: { dateTime: '2026-03-11T09:00:00.0000000' },
    });
  });

  it('is told only to those who came or left when only the attendees change', async () => {
    // Documentation: event update, attendees property and meeting updates.
    const meeting = await meet();
    await mails();
    const path = `${ada}/events/${meeting.id}`;
    await tenant.patch(path, { attendees: [attendee(guest), attendee(cyd, 'optional')] });
    expect(await mails()).toEqual([`cancellation ${bob}`, `invitation ${cyd}`]);
    expect(await copyOf(bob, meeting.iCalUId)).toMatchObject({ isCancelled: true });
    expect(await copyOf(cyd, meeting.iCalUId)).toMatchObject({ isCancelled: false });
    await tenant.patch(path, { attendees: [attendee(guest)], subject: 'Less' });
    expect(await mails()).toEqual([`cancellation ${cyd}`, `update ${guest}`]);
  });

  it('is changed in private without a word, unless that is switched', async () => {
    const meeting = await meet();
    await mails();
    const path = `${ada}/events/${meeting.id}`;
    const property = { id: 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name CrmId', value: '1' };
    const changes = [
      { categories: ['Red'] },
      { reminderMinutesBeforeStart: 5, isReminderOn: false },
      { singleValueExtendedProperties: [property] },
    ];
    for (const change of changes) expect((await tenant.patch(path, change)).status).toBe(200);
    expect(await mails()).toEqual([]);
    await tenant.patch(path, { categories: ['Blue'], importance: 'high' });
    expect(await mails()).toEqual([`update ${bob} ${guest}`]);
    expect(await copyOf(bob, meeting.iCalUId)).toMatchObject({ importance: 'high', categories: [] });
    await tenant.behave({ privatePatches: 'mailed' });
    for (const change of changes) await tenant.patch(path, change);
    expect(await mails()).toHaveLength(changes.length);
  });

  it.each(['DELETE', 'cancel', 'permanentDelete'])('is cancelled by %s', async how => {
    // Documentation: event delete and event cancel: the organizer's attendees get a cancellation.
    const meeting = await meet();
    await mails();
    const path = `${ada}/events/${meeting.id}`;
    const answer =
      how === 'DELETE'
        ? await tenant.remove(path)
        : await tenant.post(`${path}/${how}`, { Comment: 'Sorry' });
    expect(answer.status).toBe(how === 'cancel' ? 202 : 204);
    expect(await mails()).toEqual([`cancellation ${bob} ${guest}`]);
    expect((await tenant.get(path)).status).toBe(404);
    const copy = await copyOf(bob, meeting.iCalUId);
    expect(copy).toMatchObject({ isCancelled: true, subject: 'Canceled: Meet', showAs: 'free' });
    expect((await tenant.remove(`${bob}/events/${copy.id}`)).status).toBe(204);
    expect(await mails()).toEqual([]);
  });

  it('hides its attendees from each other when that is wanted', async () => {
    const meeting = await meet({ hideAttendees: true }, [bob, cyd]);
    const copy = await copyOf(bob, meeting.iCalUId);
    expect(copy.attendees).toMatchObject([{ emailAddress: { address: bob } }]);
  });
});

describe('an attendee', () => {
  it.each([
    ['accept', 'accepted', 'busy'],
    ['tentativelyAccept', 'tentativelyAccepted', 'tentative'],
  ])('answers with %s, which the organizer learns', async (action, response, showAs) => {
    // Documentation: event accept, tentativelyAccept: 202.
    const meeting = await meet();
    const copy = await copyOf(bob, meeting.iCalUId);
    await mails();
    const answer = await tenant.post(`${bob}/events/${copy.id}/${action}`, { comment: 'Yes' });
    expect(answer.status).toBe(202);
    expect(await tenant.outbox()).toMatchObject([
      { mailbox: bob, kind: 'response', to: [ada], subject: 'Meet' },
    ]);
    expect(await copyOf(bob, meeting.iCalUId)).toMatchObject({
      responseStatus: { response, time: START },
      showAs,
    });
    expect(await responses(`${ada}/events/${meeting.id}`)).toEqual([response, 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, hour('2026-03-12'));
    expect(await responses(`${ada}/events/${meeting.id}`)).toEqual(['none', 'none']);
    expect(await copyOf(bob, meeting.iCalUId)).toMatchObject({
      responseStatus: { response: 'notResponded' },
    });
  });

  it('declines, and has the meeting no more or still', async () => {
    const meeting = await meet();
    const copy = await copyOf(bob, meeting.iCalUId);
    await tenant.post(`${bob}/events/${copy.id}/decline`, {});
    expect(await copies(bob, meeting.iCalUId)).toEqual([]);
    expect(await responses(`${ada}/events/${meeting.id}`)).toEqual(['declined', 'none']);
    await tenant.behave({ declinedEvents: 'kept' });
    const other = await meet();
    const kept = await copyOf(bob, other.iCalUId);
    await tenant.post(`${bob}/events/${kept.id}/decline`, {});
    expect(await copyOf(bob, other.iCalUId)).toMatchObject({ responseStatus: { response: 'declined' } });
  });

  it('answers for himself when no response is sent', async () => {
    const meeting = await meet();
    const copy = await copyOf(bob, meeting.iCalUId);
    await mails();
    const path = `${bob}/events/${copy.id}/accept`;
    const refused = await tenant.post(path, { sendResponse: false, comment: 'Psst' });
    expect(refused.body.error).toMatchObject({
      code: 'ErrorInvalidParameter',
      message: "'SendResponse' must be true when 'Comment' is not null.",
    });
    expect((await tenant.post(path, { sendResponse: false })).status).toBe(202);
    expect(await mails()).toEqual([]);
    expect(await responses(`${ada}/events/${meeting.id}`)).toEqual(['none', 'none']);
  });

  it('changes his own copy only, until the organizer changes his', async () => {
    const meeting = await meet();
    const copy = await copyOf(bob, meeting.iCalUId);
    await mails();
    await tenant.patch(`${bob}/events/${copy.id}`, { subject: 'Mine', categories: ['Red'], showAs: 'oof' });
    expect(await mails()).toEqual([]);
    expect((await tenant.get(`${ada}/events/${meeting.id}`)).body.subject).toBe('Meet');
    await tenant.patch(`${ada}/events/${meeting.id}`, { body: { contentType: 'text', content: 'New' } });
    expect(await copyOf(bob, meeting.iCalUId)).toMatchObject({
      subject: 'Meet',
      bodyPreview: 'New',
      categories: ['Red'],
      showAs: 'oof',
    });
  });

  it('cannot cancel, as the organizer cannot answer', async () => {
    // Documentation: event cancel; the other text is quoted in public code.
    const meeting = await meet();
    const copy = await copyOf(bob, meeting.iCalUId);
    const refused = await tenant.post(`${bob}/events/${copy.id}/cancel`, {});
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      "Your request can't be completed. You need to be an organizer to cancel a meeting.",
    ]);
    const own = await tenant.post(`${ada}/events/${meeting.id}/accept`, {});
    expect([own.status, own.body.error.message]).toEqual([
      400,
      "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
    ]);
  });

  it('deletes without a word, or declines by it, and is invited again by an update', async () => {
    const meeting = await meet();
    const remove = async () => {
      const { id } = await copyOf(bob, meeting.iCalUId);
      await mails();
      return tenant.remove(`${bob}/events/${id}`);
    };
    expect((await remove()).status).toBe(204);
    expect(await mails()).toEqual([]);
    expect(await responses(`${ada}/events/${meeting.id}`)).toEqual(['none', 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, { subject: 'Again' });
    expect(await copies(bob, meeting.iCalUId)).toMatchObject([{ subject: 'Again' }]);
    await tenant.behave({ attendeeDelete: 'declines' });
    await remove();
    expect(await mails()).toEqual([`response ${ada}`]);
    expect(await responses(`${ada}/events/${meeting.id}`)).toEqual(['declined', 'none']);
  });
});

describe('a series with attendees', () => {
  it('is one copy, whose occurrences change with those of the organizer', async () => {
    const meeting = await series();
    const copy = await copyOf(bob, meeting.iCalUId);
    await mails();
    const [first, second, third] = await instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { subject: 'Special', ...hour('2026-03-11', 15) });
    await tenant.remove(`${ada}/events/${third.id}`);
    expect(await tenant.outbox()).toMatchObject([
      { kind: 'update', subject: 'Special', iCalUId: second.iCalUId, to: [bob, guest] },
      { kind: 'cancellation', iCalUId: third.iCalUId, to: [bob, guest] },
    ]);
    expect(await instances(bob, copy.id)).toMatchObject([
      { type: 'occurrence', iCalUId: first.iCalUId },
      { type: 'exception', subject: 'Special', start: { dateTime: '2026-03-11T15:00:00.0000000' } },
      { type: 'exception', subject: 'Canceled: Meet', isCancelled: true },
    ]);
  });

  it('is mailed once, and once more for each exception', async () => {
    // Documentation: event update: "one for the master series and one per instance that has been updated".
    const meeting = await series();
    const [, second] = await instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { subject: 'Special' });
    await mails();
    await tenant.patch(`${ada}/events/${meeting.id}`, { subject: 'New' });
    expect((await tenant.outbox()).map(({ kind, subject }) => [kind, subject])).toEqual([
      ['update', 'New'],
      ['update', 'Special'],
    ]);
  });

  it('may have other people on one day', async () => {
    const meeting = await series();
    await mails();
    const [, second] = await instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { attendees: [attendee(guest), attendee(cyd)] });
    expect(await mails()).toEqual([`cancellation ${bob}`, `invitation ${cyd}`]);
    expect(await copyOf(cyd, second.iCalUId)).toMatchObject({ type: 'singleInstance', subject: 'Meet' });
    const copy = await copyOf(bob, meeting.iCalUId);
    const cancelled = (await instances(bob, copy.id)).map(
      ({ isCancelled }: { isCancelled: boolean }) => isCancelled,
    );
    expect(cancelled).toEqual([false, true, false]);
    await tenant.remove(`${ada}/events/${second.id}`);
    expect(await mails()).toEqual([`cancellation ${guest} ${cyd}`]);
    expect(await copyOf(cyd, second.iCalUId)).toMatchObject({ isCancelled: true });
  });

  it('gains and loses people on all days, those with people of their own among them', async () => {
    const meeting = await series();
    const [, second] = await instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { attendees: [attendee(bob), attendee(cyd)] });
    await mails();
    const path = `${ada}/events/${meeting.id}`;
    const attendees = [attendee(guest), attendee('late@elsewhere.example')];
    await tenant.patch(path, { attendees, subject: 'New' });
    expect(await mails()).toEqual([
      `cancellation ${bob}`,
      'invitation late@elsewhere.example',
      `update ${guest}`,
      `update ${cyd} late@elsewhere.example`,
    ]);
    expect(await copyOf(cyd, second.iCalUId)).toMatchObject({ subject: 'New' });
  });

  it('keeps what an attendee did to single days, until it is moved', async () => {
    const meeting = await series();
    const copy = await copyOf(bob, meeting.iCalUId);
    const [first, second] = await instances(bob, copy.id);
    await tenant.post(`${bob}/events/${first.id}/accept`, {});
    await tenant.post(`${bob}/events/${second.id}/decline`, {});
    const [organized, declined] = await instances(ada, meeting.id);
    expect(await responses(`${ada}/events/${organized.id}`)).toEqual(['accepted', 'none']);
    expect(await responses(`${ada}/events/${declined.id}`)).toEqual(['declined', 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, { subject: 'New' });
    expect(await instances(bob, copy.id)).toMatchObject([
      { subject: 'New', responseStatus: { response: 'accepted' } },
      { subject: 'New', responseStatus: { response: 'notResponded' } },
    ]);
    await tenant.patch(`${ada}/events/${organized.id}`, hour('2026-03-10', 12));
    expect(await responses(`${ada}/events/${organized.id}`)).toEqual(['none', 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, hour('2026-03-10', 14));
    expect(await instances(bob, copy.id)).toHaveLength(3);
  });
});

describe('people outside the interface', () => {
  it('answer in Outlook', async () => {
    const meeting = await meet();
    const { id } = await copyOf(bob, meeting.iCalUId);
    await mails();
    await tenant.control('POST', 'respond', { mailbox: bob, id, response: 'accept' });
    await tenant.control('POST', 'respond', {
      mailbox: ada,
      id: meeting.id,
      response: 'decline',
      attendee: guest,
    });
    expect(await tenant.outbox()).toMatchObject([{ kind: 'response', mailbox: bob, by: 'user' }]);
    expect(await responses(`${ada}/events/${meeting.id}`)).toEqual(['accepted', 'declined']);
    const nobody = { mailbox: ada, id: meeting.id, response: 'accept', attendee: 'x@y.example' };
    expect(await tenant.control('POST', 'respond', nobody)).toMatchObject({ status: 404 });
  });

  it('invite, change and cancel', async () => {
    const organizer = { address: guest, name: 'Guest' };
    const recurrence = daily('2026-03-10', 3);
    const invite = (more: object) => tenant.control('POST', 'invite', { mailbox: bob, organizer, ...more });
    const sent = await invite({
      subject: 'Outside',
      ...hour('2026-03-10'),
      recurrence,
      customTimeZone: true,
    });
    const { iCalUId } = sent;
    expect((await tenant.get(`${bob}/events/${sent.id}`)).body).toMatchObject({
      iCalUId,
      isOrganizer: false,
      organizer: { emailAddress: organizer },
      originalStartTimeZone: 'tzone://Microsoft/Custom',
      attendees: [{ emailAddress: { address: bob } }],
      responseStatus: { response: 'notResponded' },
    });
    await invite({ iCalUId, subject: 'Changed' });
    await invite({ iCalUId, occurrence: '2026-03-11', ...hour('2026-03-11', 12) });
    await invite({ iCalUId, occurrence: '2026-03-12', cancelled: true });
    expect(await instances(bob, sent.id)).toMatchObject([
      { subject: 'Changed', type: 'occurrence' },
      { subject: 'Changed', start: { dateTime: '2026-03-11T12:00:00.0000000' } },
      { subject: 'Canceled: Changed', isCancelled: true },
    ]);
    await tenant.post(`${bob}/events/${sent.id}/tentativelyAccept`, {});
    expect(await mails()).toEqual([`response ${guest}`]);
    await invite({ iCalUId, cancelled: true });
    expect((await tenant.get(`${bob}/events/${sent.id}`)).body.isCancelled).toBe(true);
    expect(await mails()).toEqual([]);
    expect(await invite({ iCalUId: 'unknown', cancelled: true })).toMatchObject({ status: 404 });
  });
});
