/** Record ids: 15 case-sensitive characters, or 18 with a checksum of the capitals. In ASCII order, so ids of one object grow. */
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const POD = '5g0';
const ID = /^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/;

function checksumOf(id15: string): string {
  let sum = '';
  for (let block = 0; block < 3; block += 1) {
    let bits = 0;
    for (let i = 0; i < 5; i += 1) {
      const char = id15.charAt(block * 5 + i);
      if (char >= 'A' && char <= 'Z') bits |= 1 << i;
    }
    sum += CHECKSUM.charAt(bits);
  }
  return sum;
}

/** The 18-character form, or undefined if the text cannot be an id. An 18-character id in wrong case is repaired by its checksum. */
export function canonicalId(text: string): string | undefined {
  if (!ID.test(text)) return undefined;
  if (text.length === 15) return text + checksumOf(text);
  return checksumOf(text.slice(0, 15)) === text.slice(15) ? text : repairCase(text);
}

function repairCase(text: string): string | undefined {
  let id15 = '';
  for (let i = 0; i < 15; i += 1) {
    const bits = CHECKSUM.indexOf(text.charAt(15 + Math.floor(i / 5)).toUpperCase());
    if (bits < 0) return undefined;
    const char = text.charAt(i);
    id15 += bits & (1 << (i % 5)) ? char.toUpperCase() : char.toLowerCase();
  }
  const repaired = id15 + text.slice(15).toUpperCase();
  return checksumOf(id15) === repaired.slice(15) ? repaired : undefined;
}

export function idOf(keyPrefix: string, sequence: number): string {
  let digits = '';
  for (let rest = sequence; rest > 0; rest = Math.floor(rest / 62))
    digits = BASE62.charAt(rest % 62) + digits;
  const id15 = keyPrefix + POD + digits.padStart(9, '0');
  return id15 + checksumOf(id15);
}
