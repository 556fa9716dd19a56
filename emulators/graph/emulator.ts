import { type RandomBytes, randomUint32, randomUuid } from '../randomness.ts';
import { type Behaviour, type BehaviourChange, defaultBehaviour } from './control/behaviour.ts';
import { Faults } from './control/faults.ts';
import { RequestLog } from './control/request-log.ts';
import { Dispatcher } from './protocol/dispatch.ts';
import { GateFaults } from './protocol/gate-faults.ts';
import { Router } from './protocol/router.ts';
import { defaultLimits, Throttle } from './protocol/throttle.ts';
import type { CalendarWorld } from './resources/calendar/calendar-world.ts';
import { calendarRoutes } from './resources/calendar/calendars.ts';
import { eventRoutes } from './resources/calendar/events.ts';
import { categoryRoutes } from './resources/categories.ts';
import { contactFolderRoutes } from './resources/contact-folders.ts';
import { contactRoutes } from './resources/contacts.ts';
import { DeltaRounds } from './resources/delta-state.ts';
import { exchangeIdRoutes } from './resources/exchange-ids.ts';
import { attachmentRoutes } from './resources/mail/attachments.ts';
import { mailFolderRoutes } from './resources/mail/mail-folders.ts';
import type { MailWorld } from './resources/mail/mail-world.ts';
import { messageRoutes } from './resources/mail/messages.ts';
import { UploadSessions } from './resources/mail/upload-sessions.ts';
import { mailboxSettingsRoutes } from './resources/mailbox-settings.ts';
import { organizationRoutes } from './resources/organization.ts';
import { todoRoutes } from './resources/todo/routes.ts';
import { userRoutes } from './resources/users.ts';
import { Clock } from './store/clock.ts';
import { seededRandom } from './store/random.ts';
import { type RecordStore, StateFile, volatileRecords } from './store/state-file.ts';
import { Tenant } from './store/tenant.ts';

/** What the routes of resources may know of the emulator. */
export interface World {
  behaviour: Behaviour;
  rounds: DeltaRounds;
  now(): number;
  newId(): string;
}

export interface GraphEmulatorParts {
  stateFile: string | undefined;
  now: () => number;
  randomBytes: RandomBytes;
  sleep: (delayMs: number) => Promise<void>;
}

/** The parts of one emulated service; a further resource is one more line among the routes. */
export class GraphEmulator {
  readonly clock: Clock;
  readonly tenant: Tenant;
  readonly log = new RequestLog();
  readonly throttle: Throttle;
  readonly faults: Faults;
  readonly gateFaults: GateFaults;
  readonly dispatcher: Dispatcher;
  readonly world: World;
  readonly calendar: CalendarWorld;
  readonly mail: MailWorld;
  readonly #records: RecordStore;
  readonly #randomBytes: RandomBytes;
  #random: () => number;

  constructor({ stateFile, now, randomBytes, sleep }: GraphEmulatorParts) {
    this.clock = new Clock(now);
    this.#randomBytes = randomBytes;
    this.#records = stateFile === undefined ? volatileRecords : new StateFile(stateFile);
    this.tenant = new Tenant(this.#records, this.clock, randomBytes);
    this.throttle = new Throttle(this.clock);
    this.world = {
      behaviour: defaultBehaviour(randomUint32(randomBytes)),
      rounds: new DeltaRounds(),
      now: () => this.clock.now(),
      newId: () => randomUuid(randomBytes),
    };
    this.#random = seededRandom(this.world.behaviour.seed);
    this.faults = new Faults(() => this.#random());
    this.gateFaults = new GateFaults(this.faults, sleep);
    this.calendar = { ...this.world, directory: this.tenant.directory, outbox: this.tenant.outbox };
    this.mail = { ...this.world, directory: this.tenant.directory, uploads: new UploadSessions() };
    const router = new Router([
      ...userRoutes(this.tenant.directory),
      ...organizationRoutes(this.tenant),
      ...mailboxSettingsRoutes(),
      ...categoryRoutes(this.world),
      ...contactFolderRoutes(this.world),
      ...contactRoutes(this.world),
      ...mailFolderRoutes(this.mail),
      ...messageRoutes(this.mail),
      ...attachmentRoutes(this.mail),
      ...calendarRoutes(this.calendar),
      ...eventRoutes(this.calendar),
      ...exchangeIdRoutes(),
      ...todoRoutes(this.world),
    ]);
    const { tenant, throttle, faults, log } = this;
    this.dispatcher = new Dispatcher({ tenant, router, throttle, faults, log, sleep });
  }

  setBehaviour(changes: BehaviourChange): void {
    Object.assign(this.world.behaviour, changes);
    if (changes.seed !== undefined) this.#random = seededRandom(changes.seed);
  }

  /** Back to an empty tenant without faults, on the source's time. */
  reset(): void {
    this.tenant.reset();
    this.setBehaviour(defaultBehaviour(randomUint32(this.#randomBytes)));
    this.faults.set([]);
    this.throttle.reset();
    this.throttle.limits = defaultLimits();
    this.world.rounds.reset();
    this.mail.uploads.reset();
    this.log.reset();
    this.clock.shift(0);
  }

  /** Puts things into the order in which a service that promises none might give them. */
  shuffled<T>(things: T[]): T[] {
    if (this.world.behaviour.batchOrder === 'kept') return things;
    const order = [...things];
    for (let index = order.length - 1; index > 0; index--) {
      const other = Math.floor(this.#random() * (index + 1));
      [order[index], order[other]] = [order[other]!, order[index]!];
    }
    return order;
  }

  close(): void {
    this.#records.close();
  }
}
