import { normalMessageId } from '../sync/mail/identity.ts';
import type { Vault } from './vault.ts';

/** Keyed hashes of what a person is recognised by (`matchKeys` of the core, PAIR-7): searchable, and blind. */
export function hashMatchKeys(vault: Vault, keys: readonly string[]): string[] {
  return keys.map(key => vault.hash('match', key));
}

/** The key by which an operator finds an item through the person's full name. */
export function nameSearchKey(name: string): string {
  return `n:${name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()}`;
}

/** The key by which a message is found by its Message-ID, written with or without brackets. */
export function messageKey(messageId: string): string {
  return `m:${normalMessageId(messageId) ?? ''}`;
}

/** The hashes that an item found by this text, an address, a full name, a subject or a Message-ID, can carry. */
export function searchHashes(vault: Vault, text: string): string[] {
  return hashMatchKeys(vault, [`e:${text.trim().toLowerCase()}`, nameSearchKey(text), messageKey(text)]);
}
