import { createHash } from 'node:crypto';
import { cleanLine, cutText } from '../mail/text.ts';

/** What people want to know of a record without opening it (MAIL-8). Absent where the CRM does not say. */
export interface RecordFacts {
  /** `Opportunity`, `Case` … */
  readonly kind: string;
  readonly number: string | null;
  readonly name: string;
  readonly account: string | null;
  readonly contact: string | null;
  readonly owner: string | null;
  readonly amount: { readonly value: number; readonly currency: string | null } | null;
  /** Stage of an opportunity, status of a case. */
  readonly stage: string | null;
  /** Days are `yyyy-MM-dd`. */
  readonly closeDay: string | null;
  readonly createdDay: string | null;
  readonly lastActivityDay: string | null;
  readonly viewUrl: string;
  readonly editUrl: string;
}

export interface Summary {
  readonly subject: string;
  readonly html: string;
  /** Of the facts: a message is replaced only when they change. */
  readonly contentHash: string;
}

const LONGEST_SUBJECT = 255;

export function summaryOf(facts: RecordFacts, locale = 'en'): Summary {
  const title = cleanLine([facts.number, facts.name].filter(Boolean).join(' ')) || '(no name)';
  return {
    subject: cutText(title, LONGEST_SUBJECT),
    html: page(cleanLine(facts.kind), title, rowsOf(facts, locale), [
      ['View', facts.viewUrl],
      ['Edit', facts.editUrl],
    ]),
    contentHash: contentHash(facts, locale),
  };
}

/** The same for the same facts, in whatever order they are told. */
function contentHash(facts: RecordFacts, locale: string): string {
  const told = Object.entries({ ...facts, locale }).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url');
}

type Row = readonly [label: string, value: string | null];

function rowsOf(facts: RecordFacts, locale: string): Row[] {
  const day = (value: string | null) => value && dayText(value, locale);
  const rows: Row[] = [
    ['Account', facts.account],
    ['Contact', facts.contact],
    ['Amount', facts.amount && amountText(facts.amount, locale)],
    ['Stage', facts.stage],
    ['Owner', facts.owner],
    ['Close date', day(facts.closeDay)],
    ['Created', day(facts.createdDay)],
    ['Last activity', day(facts.lastActivityDay)],
  ];
  return rows.filter(([, value]) => value !== null && value.trim() !== '');
}

function amountText({ value, currency }: NonNullable<RecordFacts['amount']>, locale: string): string {
  const isCode = currency !== null && /^[A-Z]{3}$/.test(currency);
  return new Intl.NumberFormat(locale, isCode ? { style: 'currency', currency } : {}).format(value);
}

/** A day is the same in every zone. */
function dayText(day: string, locale: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(date);
}

const escaped = (text: string) =>
  cleanLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const FONT = 'font-family:Segoe UI,Helvetica,Arial,sans-serif';

/** By tables and styles of their own, which is what Outlook and telephones show alike; no pictures, nothing to load. */
function page(kind: string, title: string, rows: readonly Row[], links: readonly Row[]): string {
  return [
    `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    `<body style="margin:0;padding:16px;${FONT};font-size:14px;color:#242424">`,
    `<p style="margin:0;font-size:12px;color:#616161">${escaped(kind)}</p>`,
    `<h1 style="margin:0 0 12px;font-size:20px;font-weight:600">${escaped(title)}</h1>`,
    '<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse">',
    ...rows.map(([label, value]) => row(label, value ?? '')),
    '</table>',
    `<p style="margin:16px 0 0">${links.map(([label, target]) => link(label, target ?? '')).join(' ')}</p>`,
    '</body></html>',
  ].join('\n');
}

const row = (label: string, value: string) =>
  `<tr><td style="padding:3px 24px 3px 0;color:#616161">${label}</td><td style="padding:3px 0">${escaped(value)}</td></tr>`;

const BUTTON =
  'display:inline-block;padding:6px 16px;border:1px solid #0f6cbd;border-radius:4px;color:#0f6cbd;text-decoration:none';

/** Records open in the browser and nowhere else. */
const link = (label: string, target: string) =>
  /^https?:\/\//i.test(target) ? `<a href="${escaped(target)}" style="${BUTTON}">${label}</a>` : '';
