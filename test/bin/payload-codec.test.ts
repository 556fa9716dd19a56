import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPayloadCodec } from '../../bin/payload-codec.ts';
import { addKey, generateKeyRing, parseKeyRing } from '../../db/keys.ts';

const ring = generateKeyRing();
const codec = createPayloadCodec(parseKeyRing(ring));
const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;

async function sealed(value: unknown): Promise<{ metadata: Record<string, Uint8Array>; data: Buffer }> {
  const [payload] = await codec.encode([plain(value)]);
  return { metadata: payload!.metadata!, data: Buffer.from(payload!.data!) };
}

test('what is encrypted comes back, and its text is not to be seen (OPS-5)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async written => {
      // JSON knows no negative zero.
      const value: unknown = JSON.parse(JSON.stringify(written));
      const payload = await sealed({ secret: 'canary@contoso.example', value });
      expect(payload.data.includes('canary')).toBe(false);
      const [opened] = await codec.decode([payload]);
      expect(defaultPayloadConverter.fromPayload(opened!)).toEqual({
        secret: 'canary@contoso.example',
        value,
      });
    }),
    { numRuns: 50 },
  );
});

test('the same value never looks the same', async () => {
  const [one, other] = [await sealed('x'), await sealed('x')];
  expect(one.data.equals(other.data)).toBe(false);
});

test('a plain payload is refused', async () => {
  await expect(codec.decode([plain('planted')])).rejects.toThrow(/not encrypted/);
});

test('every altered byte is noticed', async () => {
  const payload = await sealed({ id: 'prg_1' });
  for (let at = 0; at < payload.data.length; at++) {
    const data = Buffer.from(payload.data);
    data[at]! ^= 1;
    await expect(codec.decode([{ ...payload, data }])).rejects.toThrow(/altered/);
  }
});

test('keys rotate: the old one reads, the new one writes, another ring reads nothing (OPS-5)', async () => {
  const old = await sealed('before');
  const rotated = createPayloadCodec(parseKeyRing(addKey(ring, 'k2')));
  const [opened] = await rotated.decode([old]);
  expect(defaultPayloadConverter.fromPayload(opened!)).toBe('before');
  const [fresh] = await rotated.encode([plain('after')]);
  expect(Buffer.from(fresh!.metadata!['encryption-key-id']!).toString()).toBe('k2');
  await expect(codec.decode([fresh!])).rejects.toThrow(/no key "k2"/);
  const foreign = createPayloadCodec(parseKeyRing(generateKeyRing()));
  await expect(foreign.decode([old])).rejects.toThrow(/another installation/);
});
