import { randomBytes as systemRandomBytes } from 'node:crypto';

/** Where everything random in an emulator comes from: the same bytes and the same clock give the same answers. */
export type RandomBytes = (size: number) => Uint8Array;

export const systemRandom: RandomBytes = size => systemRandomBytes(size);

/** A UUID of version 4 (RFC 9562, 5.4). */
export function randomUuid(randomBytes: RandomBytes): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A whole number of 32 bits. */
export function randomUint32(randomBytes: RandomBytes): number {
  return Buffer.from(randomBytes(4)).readUInt32BE();
}

/** Random bytes as text. */
export function randomText(
  randomBytes: RandomBytes,
  size: number,
  encoding: 'base64' | 'base64url' | 'hex',
): string {
  return Buffer.from(randomBytes(size)).toString(encoding);
}
