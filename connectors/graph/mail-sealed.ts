import type { Attachment } from '@microsoft/microsoft-graph-types';
import type { GraphMessage } from './mail-listed.ts';
import { extendedValue } from './mapping.ts';

/** PidTagMessageClass. */
export const messageClass = 'String 0x001A';
/** PidNameContentClass, by which rights-protected messages are known ([MS-OXORMMS] 2.2.1.1). */
export const rightsClass = 'String {00020386-0000-0000-C000-000000000046} Name content-class';

/** Encrypted or opaquely signed; what is signed beside its text has a class below it ([MS-OXOSMIME] 2.1). */
const sealedClass = /^IPM\.Note\.SMIME(?!\.MultipartSigned)/i;

/** What a message is packed in: S/MIME, rights management, OpenPGP (RFC 8551, [MS-OXORMMS], RFC 3156). */
const envelopes =
  /^application\/(x-)?pkcs7-mime|^application\/x-microsoft-rpmsg-message|^application\/pgp-encrypted/i;

/** Whether what somebody wrote lies in an attachment that only the receiver's own program opens. */
export function isSealed(message: GraphMessage, attachments: readonly Attachment[]): boolean {
  const properties = message.singleValueExtendedProperties;
  if (extendedValue(properties, rightsClass)?.toLowerCase() === 'rpmsg.message') return true;
  if (sealedClass.test(extendedValue(properties, messageClass) ?? '')) return true;
  // An envelope beside words is a file like others.
  const isBlank = (message.bodyPreview ?? '').trim() === '';
  return isBlank && attachments.some(({ contentType }) => envelopes.test(contentType ?? ''));
}
