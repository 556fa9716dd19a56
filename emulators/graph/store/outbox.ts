import type { RecordStore } from './state-file.ts';

/** A message that Exchange would have mailed to the people of a meeting. */
export interface OutboxMail {
  at: string;
  /** Whose mailbox sent it. */
  mailbox: string;
  kind: 'invitation' | 'update' | 'cancellation' | 'response';
  /** The immutable id of the event or occurrence in that mailbox. */
  eventId: string;
  iCalUId: string;
  subject: string;
  to: string[];
  /** The application that caused it, or `user`. */
  by: string;
}

/** Everything that was mailed since the last reset. */
export class Outbox {
  readonly #records: RecordStore;
  #mails: OutboxMail[] = [];
  #lastNumber = 0;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  get mails(): readonly OutboxMail[] {
    return this.#mails;
  }

  send(mail: OutboxMail): void {
    this.#mails.push(mail);
    this.#lastNumber++;
    this.#records.put(keyOf(this.#lastNumber), mail);
  }

  /** Takes in a saved mail; the records come in the order of their keys. */
  restore(mail: OutboxMail): void {
    this.#mails.push(mail);
    this.#lastNumber++;
  }

  reset(): void {
    for (let number = 1; number <= this.#lastNumber; number++) this.#records.remove(keyOf(number));
    this.#mails = [];
    this.#lastNumber = 0;
  }
}

const keyOf = (number: number) => `mail/${String(number).padStart(9, '0')}`;
