import { Product } from './product.ts';
import type { PolicyInput } from './seat.ts';
import { Seat } from './seat.ts';
import { connect, loadUsers, type Person, type World, worldOf } from './tenant.ts';

/** One started product with its two connections; every scenario takes a seat of its own in it. */
export class Office {
  readonly product = new Product();
  #world: World | null = null;
  #connections: Awaited<ReturnType<typeof connect>> | null = null;
  #people = 0;

  async open(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#world = worldOf(await this.product.start(environment));
    this.#connections = await connect(this.#world);
  }

  close(): Promise<void> {
    return this.product.dispose();
  }

  get world(): World {
    if (!this.#world) throw new Error('Open the office first.');
    return this.#world;
  }

  /** Somebody who has a mailbox and a CRM login; nothing is synchronized yet. */
  async hire(firstName: string, timeZone?: string): Promise<Seat> {
    const number = ++this.#people;
    const person: Person = {
      mail: `${firstName.toLowerCase()}${number}@office.example`,
      firstName,
      lastName: `Worker${number}`,
      ...(timeZone === undefined ? {} : { timeZone }),
    };
    const ids = await loadUsers(this.world, [person]);
    return new Seat(this, person.mail, ids.get(person.mail) ?? '');
  }

  /** A seat whose first cycle is over, under a policy of its own. */
  async seat(firstName: string, options: PolicyInput = {}): Promise<Seat> {
    const seat = await this.hire(firstName);
    await seat.startSync(options);
    return seat;
  }

  async createPolicy(name: string, options: PolicyInput): Promise<string> {
    const { id } = await this.world.tandem.post<{ id: string }>('/policies', {
      name,
      ...this.#connections,
      category: { name: 'Contoso' },
      modules: { contacts: { enabled: true }, leads: { enabled: true } },
      ...options,
    });
    await this.world.tandem.post(`/policies/${id}/enable`);
    return id;
  }
}
