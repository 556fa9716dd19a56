import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { RandomBytes } from './ids.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface WrappedKey {
  /** The ring's key that wraps it. */
  keyId: string;
  wrapped: Buffer;
}

/** The installation's keys. They wrap the organizations' data keys; keys for other purposes are derived from them. */
export interface KeyRing {
  readonly currentId: string;
  wrap(organizationId: string, dataKey: Buffer, random: RandomBytes): WrappedKey;
  unwrap(organizationId: string, key: WrappedKey): Buffer;
  /** A key for one purpose and salt; it tells nothing about the ring's key (RFC 5869). */
  derive(keyId: string, purpose: string, salt: Uint8Array): Buffer;
}

/**
 * Reads `{"current": "k2", "keys": {"k1": "…", "k2": "…"}}`, each key 32 bytes in base64. To rotate: add a key, make it
 * current, restart, run `rotateRing`; then the old key may go.
 */
export function parseKeyRing(text: string): KeyRing {
  const { current, keys } = parseRingText(text);
  return {
    currentId: current,
    wrap: (organizationId, dataKey, random) => ({
      keyId: current,
      wrapped: encrypt(key(keys, current), dataKey, wrapContext(organizationId, current), random(IV_BYTES)),
    }),
    unwrap: (organizationId, { keyId, wrapped }) =>
      decrypt(key(keys, keyId), wrapped, wrapContext(organizationId, keyId)),
    derive: (keyId, purpose, salt) =>
      Buffer.from(hkdfSync('sha256', key(keys, keyId), salt, `tandem ${purpose}`, KEY_BYTES)),
  };
}

/** A ring of one fresh key, as text for a file or a secret store. */
export function generateKeyRing(): string {
  return JSON.stringify({ current: 'k1', keys: { k1: generateKey() } });
}

/** The same ring with one more key, which becomes the current one. */
export function addKey(text: string, id: string): string {
  const { keys } = parseRingText(text);
  if (keys.has(id)) throw new Error(`The key ring has a key "${id}" already: choose another id.`);
  const known = [...keys].map(([knownId, bytes]) => [knownId, bytes.toString('base64')]);
  return JSON.stringify({ current: id, keys: { ...Object.fromEntries(known), [id]: generateKey() } });
}

/** The ring in a file that only its owner can read; made when there is none. */
export async function keyRingFile(path: string): Promise<KeyRing> {
  try {
    await writeFile(path, `${generateKeyRing()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return parseKeyRing(await readFile(path, 'utf8'));
}

const generateKey = () => randomBytes(KEY_BYTES).toString('base64');
const wrapContext = (organizationId: string, keyId: string) => JSON.stringify([organizationId, keyId]);

function parseRingText(text: string): { current: string; keys: Map<string, Buffer> } {
  const { current, keys } = parseJson(text);
  if (typeof current !== 'string' || typeof keys !== 'object' || keys === null) throw malformed();
  const bytes = new Map(Object.entries(keys).map(([id, value]) => [id, parseKey(id, value)]));
  if (!bytes.has(current)) throw new Error(`The key ring's current key "${current}" is not among its keys.`);
  return { current, keys: bytes };
}

function parseJson(text: string): { current?: unknown; keys?: unknown } {
  try {
    const ring: unknown = JSON.parse(text);
    if (typeof ring === 'object' && ring !== null) return ring;
  } catch {
    // The parser's message quotes its input, which is secret.
  }
  throw malformed();
}

function malformed(): Error {
  return new Error('The key ring must be JSON: {"current": "ID", "keys": {"ID": "32 bytes in base64"}}.');
}

function parseKey(id: string, value: unknown): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0);
  if (bytes.length === KEY_BYTES) return bytes;
  throw new Error(
    `Key "${id}" of the key ring must be 32 bytes in base64, such as \`openssl rand -base64 32\`.`,
  );
}

function key(keys: Map<string, Buffer>, id: string): Buffer {
  const found = keys.get(id);
  if (found) return found;
  throw new Error(
    `The key ring has no key "${id}", with which something is encrypted: put it back into the ring.`,
  );
}

function encrypt(secret: Buffer, plain: Buffer, context: string, iv: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(secret: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}
