import { randomFillSync } from 'node:crypto';

const LOT_BYTES = 8_192;
let lot = Buffer.alloc(0);

/**
 * Random bytes, each given once. They are drawn from the system in lots: asking it for every dozen bytes takes longer
 * than what they are used for.
 */
export function drawRandom(size: number): Buffer {
  if (size > LOT_BYTES) throw new RangeError(`At most ${LOT_BYTES} random bytes at once.`);
  if (lot.length < size) lot = randomFillSync(Buffer.alloc(LOT_BYTES));
  const drawn = lot.subarray(0, size);
  lot = lot.subarray(size);
  return drawn;
}
