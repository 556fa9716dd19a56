import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { fromJson, payloadJson, toJson } from '../api/payload-json.ts';
import type { KeyRing } from '../db/keys.ts';

const PURPOSE = 'temporal payload';
const ENCODING = 'binary/encrypted';
const CIPHER = 'AES-256-GCM';
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const TEXT_START = SALT_BYTES + IV_BYTES;

/**
 * Encrypts all that workflows are given, answer and fail with, so that Temporal's store and its Web UI hold nothing
 * that can be read (OPS-5). Each payload has a key of its own, derived from the ring's key and a salt: the ring's key
 * is never worn out. A key must stay in the ring as long as there are histories that name it.
 */
export function createPayloadCodec(ring: KeyRing): PayloadCodec {
  return {
    encode: async payloads => payloads.map(payload => seal(ring, payload)),
    decode: async payloads => payloads.map(payload => open(ring, payload)),
  };
}

function seal(ring: KeyRing, payload: Payload): Payload {
  const keyId = ring.currentId;
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', ring.derive(keyId, PURPOSE, salt), iv);
  cipher.setAAD(context(keyId));
  const text = cipher.update(JSON.stringify(toJson(payload)), 'utf8');
  return {
    metadata: {
      encoding: Buffer.from(ENCODING),
      'encryption-cipher': Buffer.from(CIPHER),
      'encryption-key-id': Buffer.from(keyId),
    },
    data: Buffer.concat([salt, iv, text, cipher.final(), cipher.getAuthTag()]),
  };
}

/** What is not encrypted was not written by us: it is refused, not passed on. */
function open(ring: KeyRing, payload: Payload): Payload {
  const keyId = entry(payload, 'encryption-key-id');
  const data = Buffer.from(payload.data ?? []);
  const isSealed =
    entry(payload, 'encoding') === ENCODING &&
    entry(payload, 'encryption-cipher') === CIPHER &&
    data.length >= TEXT_START + TAG_BYTES;
  if (!isSealed) throw new UnreadablePayload('it is not encrypted by this product');
  const salt = data.subarray(0, SALT_BYTES);
  const key = ring.derive(keyId, PURPOSE, salt);
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(SALT_BYTES, TEXT_START), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(context(keyId));
  decipher.setAuthTag(data.subarray(-TAG_BYTES));
  const start = decipher.update(data.subarray(TEXT_START, -TAG_BYTES));
  return fromJson(payloadJson.parse(JSON.parse(Buffer.concat([start, finish(decipher)]).toString('utf8'))));
}

function finish(decipher: { final(): Buffer }): Buffer {
  try {
    return decipher.final();
  } catch (cause) {
    throw new UnreadablePayload('it was altered, or encrypted by another installation', { cause });
  }
}

class UnreadablePayload extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`A payload from Temporal is refused: ${reason}.`, options);
    this.name = 'UnreadablePayload';
  }
}

const context = (keyId: string) => Buffer.from(JSON.stringify([PURPOSE, CIPHER, keyId]));
const entry = ({ metadata }: Payload, name: string) => Buffer.from(metadata?.[name] ?? []).toString();
