import { account } from './account.ts';
import type { Behaviour } from './behaviour.ts';
import { contact } from './contact.ts';
import { lead } from './lead.ts';
import { user } from './user.ts';

/** One line per object that does more than its fields say. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  Account: account,
  Contact: contact,
  Lead: lead,
  User: user,
};
