import { CATEGORY } from '../../engine/company.ts';
import type { Chance } from '../../planner/chance.ts';
import type { ModuleRun, SimulatedModule, Violation } from '../module.ts';
import type { Act } from '../scenario.ts';
import type { SimulatedCompany } from '../simulated-company.ts';

const FIELDS = ['title', 'mobilePhone', 'notes'] as const;

export const people: SimulatedModule = {
  name: 'people',
  policy: chance => ({
    modules: { contacts: { enabled: true } },
  }),
  acts: chance => chooser(chance),
  open: company => new People(company),
};

function chooser(chance: Chance): () => Act {
  const names: { name: string; user: number }[] = [];
  let acts = 0;
  return () => {
    acts += 1;
    const side = chance.pick(['mailbox', 'crm']);
    if (names.length === 0 || chance.happens(0.3)) {
      const person = `P${names.length + 1}`;
      names.push({ name: person, user: 0 });
      return { module: 'people', name: 'create', user: 0, side, person };
    }
    const { name: person, user } = chance.pick(names);
    if (chance.happens(0.15)) return { module: 'people', name: 'delete', user, side, person };
    return {
      module: 'people',
      name: 'edit',
      user,
      side,
      person,
      field: chance.pick(FIELDS),
      value: `t${acts}`,
    };
  };
}

class People implements ModuleRun {
  readonly #company: SimulatedCompany;
  constructor(company: SimulatedCompany) {
    this.#company = company;
  }

  async perform(act: Act): Promise<string | null> {
    const user = 'ann@contoso.example';
    const person = String(act.person);
    const email = `${person}@people.example`.toLowerCase();
    const [outlook, crm] = [this.#company.outlook(user), this.#company.crm(user)];
    if (act.side === 'mailbox') {
      if (act.name === 'create') {
        const folder = await outlook.folder(CATEGORY);
        await outlook.addContact(
          { surname: person, emailAddresses: [{ address: email, name: person }], categories: [CATEGORY] },
          folder ?? undefined,
        );
        return `ann adds ${person} in Outlook`;
      }
      const item = (await outlook.contacts(CATEGORY)).find(one => one.emailAddresses[0]?.address === email);
      if (!item) return null;
      if (act.name === 'delete') {
        await outlook.deleteContact(item.id);
        return `ann deletes ${person} in Outlook`;
      }
      const column =
        { title: 'jobTitle', mobilePhone: 'mobilePhone', notes: 'personalNotes' }[String(act.field)] ?? '';
      await outlook.changeContact(item.id, { [column]: act.value });
      return `ann sets ${act.field} of ${person} to ${act.value} in Outlook`;
    }
    if (act.name === 'create') {
      await crm.create('Contact', [{ LastName: person, Email: email }]);
      return `ann adds ${person} in the CRM`;
    }
    const [record] = await crm.query<{ Id: string }>(`SELECT Id FROM Contact WHERE Email = '${email}'`);
    if (!record) return null;
    if (act.name === 'delete') {
      await crm.delete('Contact', record.Id);
      return `ann deletes ${person} in the CRM`;
    }
    const column =
      { title: 'Title', mobilePhone: 'MobilePhone', notes: 'Description' }[String(act.field)] ?? '';
    await crm.update('Contact', record.Id, { [column]: act.value });
    return `ann sets ${act.field} of ${person} to ${act.value} in the CRM`;
  }

  async violations(): Promise<Violation[]> {
    return [];
  }

  async state(): Promise<unknown> {
    return this.#company.people('ann@contoso.example');
  }
}
