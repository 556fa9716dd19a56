import { zoneNamed } from '../../sync/calendar/zones.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { bodyOf, type MailboxWire } from './wire.ts';

/** Where nothing better is known: Exchange tells and keeps moments in it. */
const UNKNOWN = 'UTC';

/** The time zone of a mailbox, by its IANA name. It is asked for once, along with something else where that can be. */
export class MailboxZone {
  readonly #wire: MailboxWire;
  #known: Promise<string | null> | null = null;

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  request(): BatchRequest {
    return { method: 'GET', url: this.#wire.path('mailboxSettings') };
  }

  /** Nothing where it is known. */
  requests(): BatchRequest[] {
    return this.#known === null ? [this.request()] : [];
  }

  learn(answer: BatchAnswer): string | null {
    const zone = zoneIn(bodyOf(answer, 'read'));
    this.#known = Promise.resolve(zone);
    return zone;
  }

  /** The zone in which days are read and written of which no other is known. */
  async value(): Promise<string> {
    this.#known ??= this.#wire
      .get(this.request().url)
      .then(zoneIn)
      .catch((error: unknown) => {
        this.#known = null;
        throw error;
      });
    return (await this.#known) ?? UNKNOWN;
  }
}

/** Mailboxes name their zone the Windows way or the IANA way. */
function zoneIn(settings: unknown): string | null {
  const { timeZone } = settings as { timeZone?: string };
  return timeZone ? (zoneNamed(timeZone).zone ?? null) : null;
}
