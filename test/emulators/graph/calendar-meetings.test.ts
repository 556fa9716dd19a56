import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attendee, daily, hour, START, windowQuery } from './calendar-under-test.ts';
import { ada, bob, cyd, guest, type MeetingsUnderTest, openMeetings } from './meetings-under-test.ts';

let tenant: MeetingsUnderTest;
beforeEach(async () => {
  tenant = await openMeetings();
});
afterEach(() => tenant.close());

describe('a meeting', () => {
  it('is mailed to all attendees at once, and stands in the calendars of those inside', async () => {
    // Documentation: user-post-events, "the server sends invitations to all the attendees".
    const meeting = await tenant.meet({ body: { contentType: 'text', content: 'Agenda' } });
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
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
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
    await tenant.meet({}, []);
    await tenant.meet({}, [ada]);
    await tenant.meet(hour('2026-02-10'));
    expect(await tenant.mails()).toEqual([]);
    await tenant.behave({ pastMeetings: 'mailed' });
    await tenant.meet(hour('2026-02-10'));
    expect(await tenant.mails()).toEqual([`invitation ${bob} ${guest}`]);
  });

  it('is over when its last instance is', async () => {
    const recurrence = daily('2026-02-20', 5);
    const gone = await tenant.meet({ ...hour('2026-02-20'), recurrence });
    const going = await tenant.meet({ ...hour('2026-02-27'), recurrence: daily('2026-02-27', 5) });
    expect(await tenant.mails()).toHaveLength(1);
    const [first] = (
      await tenant.get(`${ada}/events/${going.id}/instances?${windowQuery('2026-02-01', '2026-03-01')}`)
    ).body.value;
    await tenant.patch(`${ada}/events/${first.id}`, { subject: 'History' });
    await tenant.patch(`${ada}/events/${gone.id}`, { subject: 'History' });
    expect(await tenant.mails()).toEqual([]);
  });

  it('changes in all calendars when the organizer changes it', async () => {
    const meeting = await tenant.meet();
    await tenant.mails();
    const path = `${ada}/events/${meeting.id}`;
    await tenant.patch(path, { location: { displayName: 'Room 2' }, ...hour('2026-03-11') });
    expect(await tenant.mails()).toEqual([`update ${bob} ${guest}`]);
    expect(await tenant.copyOf(bob, meeting.iCalUId)).toMatchObject({
      location: { displayName: 'Room 2' },
      start: { dateTime: '2026-03-11T09:00:00.0000000' },
    });
  });

  it('is told only to those who came or left when only the attendees change', async () => {
    // Documentation: event update, attendees property and meeting updates.
    const meeting = await tenant.meet();
    await tenant.mails();
    const path = `${ada}/events/${meeting.id}`;
    await tenant.patch(path, { attendees: [attendee(guest), attendee(cyd, 'optional')] });
    expect(await tenant.mails()).toEqual([`cancellation ${bob}`, `invitation ${cyd}`]);
    expect(await tenant.copyOf(bob, meeting.iCalUId)).toMatchObject({ isCancelled: true });
    expect(await tenant.copyOf(cyd, meeting.iCalUId)).toMatchObject({ isCancelled: false });
    await tenant.patch(path, { attendees: [attendee(guest)], subject: 'Less' });
    expect(await tenant.mails()).toEqual([`cancellation ${cyd}`, `update ${guest}`]);
  });

  it('is changed in private without a word, unless that is switched', async () => {
    const meeting = await tenant.meet();
    await tenant.mails();
    const path = `${ada}/events/${meeting.id}`;
    const property = { id: 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name CrmId', value: '1' };
    const changes = [
      { categories: ['Red'] },
      { reminderMinutesBeforeStart: 5, isReminderOn: false },
      { singleValueExtendedProperties: [property] },
    ];
    for (const change of changes) expect((await tenant.patch(path, change)).status).toBe(200);
    expect(await tenant.mails()).toEqual([]);
    await tenant.patch(path, { categories: ['Blue'], importance: 'high' });
    expect(await tenant.mails()).toEqual([`update ${bob} ${guest}`]);
    expect(await tenant.copyOf(bob, meeting.iCalUId)).toMatchObject({ importance: 'high', categories: [] });
    await tenant.behave({ privatePatches: 'mailed' });
    for (const change of changes) await tenant.patch(path, change);
    expect(await tenant.mails()).toHaveLength(changes.length);
  });

  it.each(['DELETE', 'cancel', 'permanentDelete'])('is cancelled by %s', async how => {
    // Documentation: event delete and event cancel: the organizer's attendees get a cancellation.
    const meeting = await tenant.meet();
    await tenant.mails();
    const path = `${ada}/events/${meeting.id}`;
    const answer =
      how === 'DELETE'
        ? await tenant.remove(path)
        : await tenant.post(`${path}/${how}`, { Comment: 'Sorry' });
    expect(answer.status).toBe(how === 'cancel' ? 202 : 204);
    expect(await tenant.mails()).toEqual([`cancellation ${bob} ${guest}`]);
    expect((await tenant.get(path)).status).toBe(404);
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    expect(copy).toMatchObject({ isCancelled: true, subject: 'Canceled: Meet', showAs: 'free' });
    expect((await tenant.remove(`${bob}/events/${copy.id}`)).status).toBe(204);
    expect(await tenant.mails()).toEqual([]);
  });

  it('hides its attendees from each other when that is wanted', async () => {
    const meeting = await tenant.meet({ hideAttendees: true }, [bob, cyd]);
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    expect(copy.attendees).toMatchObject([{ emailAddress: { address: bob } }]);
  });
});

describe('a series with attendees', () => {
  it('is one copy, whose occurrences change with those of the organizer', async () => {
    const meeting = await tenant.series();
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    await tenant.mails();
    const [first, second, third] = await tenant.instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { subject: 'Special', ...hour('2026-03-11', 15) });
    await tenant.remove(`${ada}/events/${third.id}`);
    expect(await tenant.outbox()).toMatchObject([
      { kind: 'update', subject: 'Special', iCalUId: second.iCalUId, to: [bob, guest] },
      { kind: 'cancellation', iCalUId: third.iCalUId, to: [bob, guest] },
    ]);
    expect(await tenant.instances(bob, copy.id)).toMatchObject([
      { type: 'occurrence', iCalUId: first.iCalUId },
      { type: 'exception', subject: 'Special', start: { dateTime: '2026-03-11T15:00:00.0000000' } },
      { type: 'exception', subject: 'Canceled: Meet', isCancelled: true },
    ]);
  });

  it('is mailed once, and once more for each exception', async () => {
    // Documentation: event update: "one for the master series and one per instance that has been updated".
    const meeting = await tenant.series();
    const [, second] = await tenant.instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { subject: 'Special' });
    await tenant.mails();
    await tenant.patch(`${ada}/events/${meeting.id}`, { subject: 'New' });
    expect((await tenant.outbox()).map(({ kind, subject }) => [kind, subject])).toEqual([
      ['update', 'New'],
      ['update', 'Special'],
    ]);
  });

  it('may have other people on one day', async () => {
    const meeting = await tenant.series();
    await tenant.mails();
    const [, second] = await tenant.instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { attendees: [attendee(guest), attendee(cyd)] });
    expect(await tenant.mails()).toEqual([`cancellation ${bob}`, `invitation ${cyd}`]);
    expect(await tenant.copyOf(cyd, second.iCalUId)).toMatchObject({
      type: 'singleInstance',
      subject: 'Meet',
    });
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    const cancelled = (await tenant.instances(bob, copy.id)).map(
      ({ isCancelled }: { isCancelled: boolean }) => isCancelled,
    );
    expect(cancelled).toEqual([false, true, false]);
    await tenant.remove(`${ada}/events/${second.id}`);
    expect(await tenant.mails()).toEqual([`cancellation ${guest} ${cyd}`]);
    expect(await tenant.copyOf(cyd, second.iCalUId)).toMatchObject({ isCancelled: true });
  });

  it('gains and loses people on all days, those with people of their own among them', async () => {
    const meeting = await tenant.series();
    const [, second] = await tenant.instances(ada, meeting.id);
    await tenant.patch(`${ada}/events/${second.id}`, { attendees: [attendee(bob), attendee(cyd)] });
    await tenant.mails();
    const path = `${ada}/events/${meeting.id}`;
    const attendees = [attendee(guest), attendee('late@elsewhere.example')];
    await tenant.patch(path, { attendees, subject: 'New' });
    expect(await tenant.mails()).toEqual([
      `cancellation ${bob}`,
      'invitation late@elsewhere.example',
      `update ${guest}`,
      `update ${cyd} late@elsewhere.example`,
    ]);
    expect(await tenant.copyOf(cyd, second.iCalUId)).toMatchObject({ subject: 'New' });
  });

  it('keeps what an attendee did to single days, until it is moved', async () => {
    const meeting = await tenant.series();
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    const [first, second] = await tenant.instances(bob, copy.id);
    await tenant.post(`${bob}/events/${first.id}/accept`, {});
    await tenant.post(`${bob}/events/${second.id}/decline`, {});
    const [organized, declined] = await tenant.instances(ada, meeting.id);
    expect(await tenant.responses(`${ada}/events/${organized.id}`)).toEqual(['accepted', 'none']);
    expect(await tenant.responses(`${ada}/events/${declined.id}`)).toEqual(['declined', 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, { subject: 'New' });
    expect(await tenant.instances(bob, copy.id)).toMatchObject([
      { subject: 'New', responseStatus: { response: 'accepted' } },
      { subject: 'New', responseStatus: { response: 'notResponded' } },
    ]);
    await tenant.patch(`${ada}/events/${organized.id}`, hour('2026-03-10', 12));
    expect(await tenant.responses(`${ada}/events/${organized.id}`)).toEqual(['none', 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, hour('2026-03-10', 14));
    expect(await tenant.instances(bob, copy.id)).toHaveLength(3);
  });
});
