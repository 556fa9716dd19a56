/** What the colleagues sell, and what their customers complain about: each has a summary and a folder in the mailbox. */

import { accounts, type Company, contactOf, type Person } from './company.ts';

export type Opportunity = {
  readonly name: string;
  readonly account: Company;
  readonly stage: string;
  readonly amount: number;
  readonly closesOnDay: number;
};

export type Case = {
  readonly subject: string;
  readonly person: Person;
  readonly priority: 'High' | 'Medium' | 'Low';
};

const [almendra, puertoAlto, hansewerk, lindental, copperRidge, harborlight] = accounts;

export const PACKING_LINE = 'Almendra Foods: packing line';
export const DRIVES = 'Hansewerk: drives for the test bench';

export const opportunities: readonly Opportunity[] = [
  opportunity(PACKING_LINE, almendra!, 'Proposal/Price Quote', 184_000, 60),
  opportunity('Almendra Foods: maintenance contract', almendra!, 'Prospecting', 21_500, 90),
  opportunity('Puerto Alto: scanners for two halls', puertoAlto!, 'Qualification', 46_000, 45),
  opportunity(DRIVES, hansewerk!, 'Negotiation/Review', 97_300, 20),
  opportunity('Lindental: cleanroom equipment', lindental!, 'Needs Analysis', 310_000, 120),
  opportunity('Copper Ridge: licences of the next year', copperRidge!, 'Value Proposition', 64_000, 30),
  opportunity('Harborlight: roll-out in three clinics', harborlight!, 'Proposal/Price Quote', 128_000, 75),
];

export const cases: readonly Case[] = [
  { subject: 'Label printer stops after an hour', person: contactOf(almendra!, 2), priority: 'High' },
  {
    subject: 'Scanner reads nothing in the cold store',
    person: contactOf(puertoAlto!, 1),
    priority: 'Medium',
  },
  { subject: 'Bearing gets hot', person: contactOf(hansewerk!, 5), priority: 'High' },
  { subject: 'Wrong invoice address', person: contactOf(lindental!, 4), priority: 'Low' },
  { subject: 'Export takes too long', person: contactOf(copperRidge!, 6), priority: 'Medium' },
  { subject: 'Two users too few', person: contactOf(harborlight!, 3), priority: 'Low' },
];

function opportunity(
  name: string,
  account: Company,
  stage: string,
  amount: number,
  closesOnDay: number,
): Opportunity {
  return { name, account, stage, amount, closesOnDay };
}
