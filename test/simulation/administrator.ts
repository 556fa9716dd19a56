import { answerOf } from '../emulated/reach.ts';
import type { SimulatedCompany } from './simulated-company.ts';

type Json = Readonly<Record<string, unknown>>;

/** Of the CRM: sees everything. */
export class Administrator {
  readonly #company: SimulatedCompany;

  constructor(company: SimulatedCompany) {
    this.#company = company;
  }

  async query<T>(soql: string): Promise<T[]> {
    const path = `/query?q=${encodeURIComponent(soql)}`;
    return (await this.call<{ records: T[] }>('GET', path)).records;
  }

  /** The id of a CRM user; null is the administrator, who has no mailbox here. */
  async userId(email: string | null): Promise<string> {
    const username = email === null ? this.#company.salesforce.settings.username : `${email}.crm`;
    const [user] = await this.query<{ Id: string }>(`SELECT Id FROM User WHERE Username = '${username}'`);
    return user?.Id ?? '';
  }

  async call<T>(method: string, path: string, body?: Json): Promise<T> {
    const { control, settings, url, send } = this.#company.salesforce;
    const { access_token: token } = (await control('POST', 'authorize', { username: settings.username })) as {
      access_token: string;
    };
    const request = {
      method,
      url: `${url}/services/data/v66.0${path}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    };
    return answerOf(request, send(request));
  }
}
