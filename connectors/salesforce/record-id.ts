const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const idLength = 15;
const partLength = 5;

/**
 * Messages name records by 15 characters, of which the case counts; answers by 18, of which the last three tell the case of
 * the others (Salesforce Help, Record IDs). The longer form is the one that we keep.
 */
export function canonicalId(id: string): string {
  if (id.length !== idLength) return id;
  const parts = [0, 1, 2].map(n => id.slice(n * partLength, (n + 1) * partLength));
  return id + parts.map(checksum).join('');
}

function checksum(part: string): string {
  const bits = [...part].map((letter, n): number => (/[A-Z]/.test(letter) ? 2 ** n : 0));
  return alphabet.charAt(bits.reduce((sum, bit) => sum + bit, 0));
}
