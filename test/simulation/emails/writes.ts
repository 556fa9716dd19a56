import { recordIdOf, type Write } from '../traffic.ts';

/** E-mails with their people and files, records that messages start, and companies of strangers. */
const RECORDS = /^(02s|0MR|068|06A|006|500|0Q0|001)/;

/** Whether somebody is of letters, and nobody of other modules. */
export const isOfLetters = (person: string) => /^m\d/.test(person);

/** Whether a write is about messages, their folders or what they start, and no business of other modules. */
export function isOfMail(write: Write): boolean {
  if (write.system === 'graph') return /\/(mailFolders|messages)\b/.test(decodeURIComponent(write.path));
  return RECORDS.test(recordIdOf(write));
}
