import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { daily, hour, START } from './calendar-under-test.ts';
import { ada, bob, guest, type MeetingsUnderTest, openMeetings } from './meetings-under-test.ts';

let tenant: MeetingsUnderTest;
beforeEach(async () => {
  tenant = await openMeetings();
});
afterEach(() => tenant.close());

describe('an attendee', () => {
  it.each([
    ['accept', 'accepted', 'busy'],
    ['tentativelyAccept', 'tentativelyAccepted', 'tentative'],
  ])('answers with %s, which the organizer learns', async (action, response, showAs) => {
    // Documentation: event accept, tentativelyAccept: 202.
    const meeting = await tenant.meet();
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    await tenant.mails();
    const answer = await tenant.post(`${bob}/events/${copy.id}/${action}`, { comment: 'Yes' });
    expect(answer.status).toBe(202);
    expect(await tenant.outbox()).toMatchObject([
      { mailbox: bob, kind: 'response', to: [ada], subject: 'Meet' },
    ]);
    expect(await tenant.copyOf(bob, meeting.iCalUId)).toMatchObject({
      responseStatus: { response, time: START },
      showAs,
    });
    expect(await tenant.responses(`${ada}/events/${meeting.id}`)).toEqual([response, 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, hour('2026-03-12'));
    expect(await tenant.responses(`${ada}/events/${meeting.id}`)).toEqual(['none', 'none']);
    expect(await tenant.copyOf(bob, meeting.iCalUId)).toMatchObject({
      responseStatus: { response: 'notResponded' },
    });
  });

  it('declines, and has the meeting no more or still', async () => {
    const meeting = await tenant.meet();
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    await tenant.post(`${bob}/events/${copy.id}/decline`, {});
    expect(await tenant.copies(bob, meeting.iCalUId)).toEqual([]);
    expect(await tenant.responses(`${ada}/events/${meeting.id}`)).toEqual(['declined', 'none']);
    await tenant.behave({ declinedEvents: 'kept' });
    const other = await tenant.meet();
    const kept = await tenant.copyOf(bob, other.iCalUId);
    await tenant.post(`${bob}/events/${kept.id}/decline`, {});
    expect(await tenant.copyOf(bob, other.iCalUId)).toMatchObject({
      responseStatus: { response: 'declined' },
    });
  });

  it('answers for himself when no response is sent', async () => {
    const meeting = await tenant.meet();
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    await tenant.mails();
    const path = `${bob}/events/${copy.id}/accept`;
    const refused = await tenant.post(path, { sendResponse: false, comment: 'Psst' });
    expect(refused.body.error).toMatchObject({
      code: 'ErrorInvalidParameter',
      message: "'SendResponse' must be true when 'Comment' is not null.",
    });
    expect((await tenant.post(path, { sendResponse: false })).status).toBe(202);
    expect(await tenant.mails()).toEqual([]);
    expect(await tenant.responses(`${ada}/events/${meeting.id}`)).toEqual(['none', 'none']);
  });

  it('changes his own copy only, until the organizer changes his', async () => {
    const meeting = await tenant.meet();
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
    await tenant.mails();
    await tenant.patch(`${bob}/events/${copy.id}`, { subject: 'Mine', categories: ['Red'], showAs: 'oof' });
    expect(await tenant.mails()).toEqual([]);
    expect((await tenant.get(`${ada}/events/${meeting.id}`)).body.subject).toBe('Meet');
    await tenant.patch(`${ada}/events/${meeting.id}`, { body: { contentType: 'text', content: 'New' } });
    expect(await tenant.copyOf(bob, meeting.iCalUId)).toMatchObject({
      subject: 'Meet',
      bodyPreview: 'New',
      categories: ['Red'],
      showAs: 'oof',
    });
  });

  it('cannot cancel, as the organizer cannot answer', async () => {
    // Documentation: event cancel; the other text is quoted in public code.
    const meeting = await tenant.meet();
    const copy = await tenant.copyOf(bob, meeting.iCalUId);
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
    const meeting = await tenant.meet();
    const remove = async () => {
      const { id } = await tenant.copyOf(bob, meeting.iCalUId);
      await tenant.mails();
      return tenant.remove(`${bob}/events/${id}`);
    };
    expect((await remove()).status).toBe(204);
    expect(await tenant.mails()).toEqual([]);
    expect(await tenant.responses(`${ada}/events/${meeting.id}`)).toEqual(['none', 'none']);
    await tenant.patch(`${ada}/events/${meeting.id}`, { subject: 'Again' });
    expect(await tenant.copies(bob, meeting.iCalUId)).toMatchObject([{ subject: 'Again' }]);
    await tenant.behave({ attendeeDelete: 'declines' });
    await remove();
    expect(await tenant.mails()).toEqual([`response ${ada}`]);
    expect(await tenant.responses(`${ada}/events/${meeting.id}`)).toEqual(['declined', 'none']);
  });
});

describe('people outside the interface', () => {
  it('answer in Outlook', async () => {
    const meeting = await tenant.meet();
    const { id } = await tenant.copyOf(bob, meeting.iCalUId);
    await tenant.mails();
    await tenant.control('POST', 'respond', { mailbox: bob, id, response: 'accept' });
    await tenant.control('POST', 'respond', {
      mailbox: ada,
      id: meeting.id,
      response: 'decline',
      attendee: guest,
    });
    expect(await tenant.outbox()).toMatchObject([{ kind: 'response', mailbox: bob, by: 'user' }]);
    expect(await tenant.responses(`${ada}/events/${meeting.id}`)).toEqual(['accepted', 'declined']);
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
    expect(await tenant.instances(bob, sent.id)).toMatchObject([
      { subject: 'Changed', type: 'occurrence' },
      { subject: 'Changed', start: { dateTime: '2026-03-11T12:00:00.0000000' } },
      { subject: 'Canceled: Changed', isCancelled: true },
    ]);
    await tenant.post(`${bob}/events/${sent.id}/tentativelyAccept`, {});
    expect(await tenant.mails()).toEqual([`response ${guest}`]);
    await invite({ iCalUId, cancelled: true });
    expect((await tenant.get(`${bob}/events/${sent.id}`)).body.isCancelled).toBe(true);
    expect(await tenant.mails()).toEqual([]);
    expect(await invite({ iCalUId: 'unknown', cancelled: true })).toMatchObject({ status: 404 });
  });
});
