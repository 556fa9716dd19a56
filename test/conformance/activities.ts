import type { Fields } from '../../sync/record.ts';
import { textOfLinks } from '../../sync/tasks/text-form.ts';

/** What the suites of both sides write and read: an appointment and a task with every field that a person fills in. */
export const wholeAppointment: Fields = {
  subject: 'Quarterly review & planning',
  location: 'Room "7", 2nd floor',
  body: 'Agenda:\n\n- figures\n- plan\n\nhttps://contoso.example/?a=1&b=2#c',
  span: '2027-05-04T09:00:00[Europe/Berlin]/2027-05-04T10:30:00[Europe/Berlin]',
  showAs: 'free',
  privacy: 'private',
  reminder: '30',
};

export const wholeTask: Fields = {
  subject: 'Send the offer',
  body: 'First line\n\nsecond line',
  dueDay: '2027-05-04',
  status: 'inProgress',
  priority: 'high',
  remindAt: '2027-05-03T16:00:00[Europe/Berlin]',
};

export const linksToCrm = textOfLinks([
  { url: 'https://crm.example/00T000000000001AAA', name: 'Send the offer' },
  { url: 'https://crm.example/006000000000001AAA', name: 'Fabrikam & Sons: 20 machines' },
]);

export const spans: readonly (readonly [what: string, span: string])[] = [
  ['a time', '2027-05-04T09:00:00[Europe/Berlin]/2027-05-04T10:30:00[Europe/Berlin]'],
  ['a time elsewhere', '2027-01-04T09:00:00[Australia/Sydney]/2027-01-04T10:00:00[Australia/Sydney]'],
  ['a zone of half an hour', '2027-01-04T09:00:00[Asia/Kolkata]/2027-01-04T10:00:00[Asia/Kolkata]'],
  ['a time over midnight', '2027-05-04T22:00:00[UTC]/2027-05-05T02:00:00[UTC]'],
  [
    'the night of a change to summer',
    '2027-03-28T01:30:00[Europe/Berlin]/2027-03-28T03:30:00[Europe/Berlin]',
  ],
  ['a moment', '2027-05-04T09:00:00[UTC]/2027-05-04T09:00:00[UTC]'],
  ['a day', '2027-05-04/2027-05-04'],
  ['days over a change to summer', '2027-03-27/2027-03-29'],
];

/** Systems may take some of these for the same; the first two say whether somebody has time. */
export const showAsValues = ['free', 'busy', 'tentative', 'outOfOffice', 'elsewhere'];
export const statuses = ['notStarted', 'completed', 'inProgress', 'waiting', 'deferred'];

export const partsOfAppointment: readonly Fields[] = [
  { subject: 'Another subject' },
  { location: null },
  { body: 'Other words' },
  { body: null },
  { span: '2027-06-01T14:00:00[UTC]/2027-06-01T15:00:00[UTC]' },
  { span: '2027-06-01/2027-06-02' },
  { showAs: 'busy' },
  { privacy: 'normal' },
  { reminder: '15' },
  { reminder: 'none' },
];

export const partsOfTask: readonly Fields[] = [
  { subject: 'Another subject' },
  { body: null },
  { dueDay: '2027-06-01' },
  { status: 'completed' },
  { priority: 'low' },
  { remindAt: '2027-05-04T08:00:00[UTC]' },
  { remindAt: 'none' },
];
