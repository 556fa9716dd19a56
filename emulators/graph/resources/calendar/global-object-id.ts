/** The GlobalObjectId of MS-OXOCAL, 2.2.1.27: array id, date of the instance, time of creation, size, data. */
const ARRAY_ID = '040000008200E00074C5B7101A82E008';
const NO_DATE = '00000000';
const FILETIME_OF_1970 = 116_444_736_000_000_000n;

/** PidLidCleanGlobalObjectId: the same in all copies of a meeting, and so the key by which they are found. */
export const MEETING_KEY = 'Binary {6ed8da90-450b-101b-98da-00aa003f1305} Id 0x23';

export function newICalUId(now: number, uuid: string): string {
  const created = Buffer.alloc(8);
  created.writeBigInt64LE(BigInt(Math.floor(now)) * 10_000n + FILETIME_OF_1970);
  const data = uuid.replaceAll('-', '');
  return `${ARRAY_ID}${NO_DATE}${created.toString('hex')}000000000000000010000000${data}`.toUpperCase();
}

const isGlobalObjectId = (iCalUId: string) => iCalUId.startsWith(ARRAY_ID);

/** Each occurrence has its own: the date stands where the series has none. */
export function occurrenceICalUId(iCalUId: string, date: string): string {
  if (!isGlobalObjectId(iCalUId)) return iCalUId;
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const bytes = Buffer.from([year >> 8, year & 0xff, month, day])
    .toString('hex')
    .toUpperCase();
  return `${ARRAY_ID}${bytes}${iCalUId.slice(ARRAY_ID.length + NO_DATE.length)}`;
}

export const meetingKey = (iCalUId: string) =>
  Buffer.from(iCalUId, isGlobalObjectId(iCalUId) ? 'hex' : 'utf8').toString('base64');

/** As cancelledOccurrences names an occurrence that is no more. */
export const cancelledOccurrenceId = (masterId: string, date: string) => `OID.${masterId}.${date}`;
