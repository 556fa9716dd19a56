/** What begins the ids that Exchange gives, and the date of the occurrence, zero for the whole ([MS-OXOCAL] 2.2.1.27). */
const EXCHANGE_UID = /^(040000008200E00074C5B7101A82E008)([0-9A-F]{8})(?=[0-9A-F]{32})/i;
const NO_DATE = '00000000';

/** The id of the occurrence of a day; null where somebody else gave the id: for those it is not documented. */
export function occurrenceUid(seriesUid: string, day: string): string | null {
  const [year, month, dayOfMonth] = day.split('-').map(Number);
  if (!EXCHANGE_UID.test(seriesUid) || !year || !month || !dayOfMonth) return null;
  const date = [hex(year, 4), hex(month, 2), hex(dayOfMonth, 2)].join('');
  return seriesUid.replace(EXCHANGE_UID, `$1${date}`);
}

/** The id of the series that the occurrence with this id belongs to. */
export function seriesUid(occurrenceUid: string): string | null {
  return EXCHANGE_UID.test(occurrenceUid) ? occurrenceUid.replace(EXCHANGE_UID, `$1${NO_DATE}`) : null;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0').toUpperCase();
}
