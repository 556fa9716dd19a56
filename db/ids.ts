export const idPrefixes = {
  organization: 'org_',
  apiKey: 'key_',
  connection: 'con_',
  policy: 'pol_',
  pairing: 'prg_',
  item: 'itm_',
  intent: 'int_',
  cycle: 'cyc_',
  heldDeletion: 'hld_',
  operation: 'opr_',
  notification: 'ntf_',
  unmatchedAddress: 'una_',
} as const;

export type IdKind = keyof typeof idPrefixes;
/** Gives so many random bytes; a simulation passes a seeded one. */
export type RandomBytes = (size: number) => Uint8Array;
export type NewId = (kind: IdKind) => string;

/** Crockford's base32: no letter that is mistaken for a digit, and one case. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 20;

/** `pol_3k9m…`: the kind, then 100 random bits. */
export function newId(kind: IdKind, random: RandomBytes): string {
  let id: string = idPrefixes[kind];
  for (const byte of random(LENGTH)) id += ALPHABET[byte & 31];
  return id;
}

export function isId(kind: IdKind, text: string): boolean {
  return text.startsWith(idPrefixes[kind]) && /^[0-9a-z]{1,40}$/.test(text.slice(idPrefixes[kind].length));
}
