/**
 * Exchange identifiers in the layout and length of real ones: a default item id names store, folder and
 * instance (152 characters) and changes on a move; an immutable one names store and item (72 characters);
 * folder ids are constant. Base64 with '-' for '/' and '_' for '+'; letter case matters.
 */
export type DecodedId =
  | { form: 'item'; folder: number; instance: number }
  | { form: 'immutable'; number: number }
  | { form: 'folder'; number: number };

const DEFAULT_PREFIX = Buffer.from('00032400', 'hex');
const ITEM_MARK = Buffer.from('00460000000000', 'hex');
const FOLDER_MARK = Buffer.from('002e0000000000', 'hex');
const PROVIDER = Buffer.from('d4b9324ad4af5a4e909da97a29fe835a', 'hex');
const IMMUTABLE_PREFIX = Buffer.from('0009002e0000000000' + '1d840311aa6611cd9bc800aa002fc45a0d00', 'hex');
const CONVERSATION_PREFIX = Buffer.from('00042400', 'hex');
const CONVERSATION_MARK = Buffer.from('001000', 'hex');
const CHANGE_KEY_PREFIX = Buffer.from('1100000016000000', 'hex');

/** In the id of an occurrence this, with the date in ticks of .NET, stands for one zero byte of its master's. */
const OCCURRENCE_MARK = Buffer.from('01510008', 'hex');
const OCCURRENCE_BYTES = OCCURRENCE_MARK.length + 8;
const DEFAULT_ID_BYTES = 113;
const IMMUTABLE_ID_BYTES = 54;
const TICKS_PER_DAY = 864_000_000_000n;
const TICKS_OF_1970 = 621_355_968_000_000_000n;

export const toRestId = (bytes: Buffer) => bytes.toString('base64').replaceAll('/', '-').replaceAll('+', '_');
export const fromRestId = (id: string) => Buffer.from(id.replaceAll('-', '/').replaceAll('_', '+'), 'base64');

function withCounters(template: Buffer, ...counters: { at: number; value: number }[]): Buffer {
  const bytes = Buffer.from(template);
  for (const { at, value } of counters) bytes.writeUIntBE(value, at, 6);
  return bytes;
}

/** Builds and reads the ids of one mailbox. */
export class MailboxIds {
  readonly #item: Buffer;
  readonly #immutable: Buffer;
  readonly #folder: Buffer;
  readonly #changeKey: Buffer;
  readonly #ascii: Buffer;

  constructor(mailboxGuid: string) {
    const ascii = Buffer.from(mailboxGuid, 'ascii');
    const replica = Buffer.from(mailboxGuid.replaceAll('-', ''), 'hex');
    const zeros = (count: number) => Buffer.alloc(count);
    this.#ascii = ascii;
    this.#item = Buffer.concat([
      DEFAULT_PREFIX,
      ascii,
      ITEM_MARK,
      PROVIDER,
      Buffer.from([7, 0]),
      replica,
      zeros(8),
      replica,
      zeros(8),
    ]);
    this.#immutable = Buffer.concat([IMMUTABLE_PREFIX, replica, zeros(11)]);
    this.#folder = Buffer.concat([
      DEFAULT_PREFIX,
      ascii,
      FOLDER_MARK,
      PROVIDER,
      Buffer.from([1, 0]),
      replica,
      zeros(8),
    ]);
    this.#changeKey = Buffer.concat([CHANGE_KEY_PREFIX, replica, zeros(6)]);
  }

  item(folder: number, instance: number): string {
    return toRestId(withCounters(this.#item, { at: 81, value: folder }, { at: 105, value: instance }));
  }

  immutable(number: number): string {
    return toRestId(withCounters(this.#immutable, { at: 46, value: number }));
  }

  folder(number: number): string {
    return toRestId(withCounters(this.#folder, { at: 81, value: number }));
  }

  /** The 16 bytes of a conversation, as this mailbox names it. */
  conversation(hexadecimal: string): string {
    return toRestId(
      Buffer.concat([CONVERSATION_PREFIX, this.#ascii, CONVERSATION_MARK, Buffer.from(hexadecimal, 'hex')]),
    );
  }

  changeKey(sequence: number): string {
    return withCounters(this.#changeKey, { at: 24, value: sequence }).toString('base64');
  }

  /** Undefined when the id is not one that this mailbox could have given out. */
  decode(id: string): DecodedId | undefined {
    const decoded = readCounters(fromRestId(id));
    return decoded && this.#encode(decoded) === id ? decoded : undefined;
  }

  #encode(id: DecodedId): string {
    if (id.form === 'item') return this.item(id.folder, id.instance);
    return id.form === 'immutable' ? this.immutable(id.number) : this.folder(id.number);
  }
}

function readCounters(bytes: Buffer): DecodedId | undefined {
  switch (bytes.length) {
    case DEFAULT_ID_BYTES:
      return { form: 'item', folder: bytes.readUIntBE(81, 6), instance: bytes.readUIntBE(105, 6) };
    case IMMUTABLE_ID_BYTES:
      return { form: 'immutable', number: bytes.readUIntBE(46, 6) };
    case 89:
      return { form: 'folder', number: bytes.readUIntBE(81, 6) };
    default:
      return undefined;
  }
}

const LENGTHS = new Set([72, 88, 120, 152, 168]);

/** Whether a text looks like an Exchange id of any mailbox: such an id is not malformed, only unknown. */
export function looksLikeExchangeId(id: string): boolean {
  return LENGTHS.has(id.length) && /^AA(MkA|kAL|kBU)[\w-]+={0,2}$/.test(id);
}

/** The id of the occurrence that a series has on a day (counted from 1970-01-01), made from the series' id. */
export function occurrenceId(masterId: string, day: number): string {
  const master = fromRestId(masterId);
  const mark = Buffer.alloc(OCCURRENCE_BYTES);
  OCCURRENCE_MARK.copy(mark);
  mark.writeBigInt64BE(BigInt(day) * TICKS_PER_DAY + TICKS_OF_1970, OCCURRENCE_MARK.length);
  const at = markPosition(master.length);
  return toRestId(Buffer.concat([master.subarray(0, at), mark, master.subarray(at + 1)]));
}

/** The series and the day of an occurrence's id; undefined for any other id. */
export function splitOccurrenceId(id: string): { masterId: string; day: number } | undefined {
  const bytes = fromRestId(id);
  const at = markPosition(bytes.length - OCCURRENCE_BYTES + 1);
  if (at < 0 || !bytes.subarray(at).subarray(0, OCCURRENCE_MARK.length).equals(OCCURRENCE_MARK)) {
    return undefined;
  }
  const ticks = bytes.readBigInt64BE(at + OCCURRENCE_MARK.length);
  const master = Buffer.concat([
    bytes.subarray(0, at),
    Buffer.alloc(1),
    bytes.subarray(at + OCCURRENCE_BYTES),
  ]);
  return { masterId: toRestId(master), day: Number((ticks - TICKS_OF_1970) / TICKS_PER_DAY) };
}

/** After the prefix and, in a default id, the mailbox. */
function markPosition(masterLength: number): number {
  if (masterLength === DEFAULT_ID_BYTES) return 40;
  return masterLength === IMMUTABLE_ID_BYTES ? 2 : -1;
}
