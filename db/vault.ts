import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { RandomBytes } from './ids.ts';

/** Encrypts and hashes for one organization, with keys derived from its data key. */
export interface Vault {
  /** Encrypts a JSON value for one place; it opens in no other row, column, table or organization. */
  seal(table: string, row: string, column: string, value: unknown): Buffer;
  /** Throws `SealBroken` when the bytes were altered, moved or sealed with another key. */
  open(table: string, row: string, column: string, sealed: Buffer): unknown;
  /** A keyed hash to search by. The caller normalises; different kinds never collide. */
  hash(kind: string, value: string): string;
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * Layout: version, id of the data key (4), IV (12), ciphertext, tag (16). The header is authenticated, too.
 * Random IVs are safe for 2^32 seals per key (NIST SP 800-38D, 8.3).
 */
const VERSION = 1;
const KEY_ID_BYTES = 4;
const IV_START = 1 + KEY_ID_BYTES;
const IV_BYTES = 12;
const TEXT_START = IV_START + IV_BYTES;
const TAG_BYTES = 16;

export function createVault(organizationId: string, dataKey: Buffer, randomBytes: RandomBytes): Vault {
  // Key objects: Node prepares a key that is given as bytes anew for every use, which takes longer than the use.
  const sealKey = createSecretKey(derive(dataKey, organizationId, 'seal', 32));
  const hashKey = createSecretKey(derive(dataKey, organizationId, 'hash', 32));
  const header = Buffer.concat([Buffer.of(VERSION), derive(dataKey, organizationId, 'id', KEY_ID_BYTES)]);
  const context = (table: string, row: string, column: string) =>
    Buffer.concat([header, Buffer.from(JSON.stringify([organizationId, table, row, column]))]);

  return {
    seal(table, row, column, value) {
      const text = JSON.stringify(value);
      if (text === undefined) throw new TypeError(`${table}.${column}: only JSON values can be sealed.`);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv);
      cipher.setAAD(context(table, row, column));
      return Buffer.concat([header, iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(table, row, column, sealed) {
      if (sealed.length < TEXT_START + TAG_BYTES || !sealed.subarray(0, IV_START).equals(header)) {
        throw new SealBroken(`${table}.${column} of ${row} was sealed with another key.`);
      }
      const iv = sealed.subarray(IV_START, TEXT_START);
      const decipher = createDecipheriv('aes-256-gcm', sealKey, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(context(table, row, column));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const text = decipher.update(sealed.subarray(TEXT_START, -TAG_BYTES));
      finish(decipher, `${table}.${column} of ${row}`);
      return JSON.parse(text.toString('utf8'));
    },
    hash: (kind, value) => createHmac('sha256', hashKey).update(`${kind}\0${value}`).digest('base64url'),
  };
}

function finish(decipher: { final(): Buffer }, place: string): void {
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken(`${place} was altered, or belongs to another row.`, { cause });
  }
}

function derive(dataKey: Buffer, organizationId: string, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, organizationId, `tandem ${purpose}`, bytes));
}
