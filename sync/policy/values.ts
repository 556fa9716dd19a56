import * as z from 'zod';
import { isIanaZone } from '../schedule/iana.ts';

/** Outlook keeps names of categories and folders up to this length and separates categories by commas and semicolons. */
export const longestName = 255;
const leadsSuffix = ' Leads';

/** Leads get a category of their own, next to the policy's (POL-6). */
export function leadsCategory(categoryName: string): string {
  return `${categoryName}${leadsSuffix}`;
}

// Ranges of printable characters, so that every reader of the published schema understands the patterns.
const policyNamePattern = /^[ -~\u00a0-\uffff]*$/;
const folderPattern = /^[ -.0-[\]-~\u00a0-\uffff]*$/;
const categoryPattern = /^[ -+\--:<-~\u00a0-\uffff]*$/;
const productPattern = /^[ -+\-.0-:<-[\]-~\u00a0-\uffff]*$/;

export const policyName = () => named(200, policyNamePattern, 'Leave out control characters');
export const folderName = () =>
  named(longestName, folderPattern, 'Leave out slashes, backslashes and control characters');
export const categoryName = () =>
  named(
    longestName,
    categoryPattern,
    'Leave out control characters, commas and semicolons: they separate categories in Outlook',
  );
/** Is a category and a folder, and leaves room for the name of the leads' category. */
export const productName = () =>
  named(
    longestName - leadsSuffix.length,
    productPattern,
    'Leave out commas, semicolons, slashes, backslashes and control characters: it is the name of a category and of a folder',
  );

export const wholeNumber = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

export const startTime = () =>
  z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Give a time as HH:MM, from 00:00 to 23:59');
export const endTime = () =>
  z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Give a time as HH:MM, from 00:00 to 24:00');

export const timeZone = () => z.string().refine(isIanaZone, 'Give an IANA time zone such as Europe/Berlin');
export const userOrTimeZone = () =>
  z
    .string()
    .refine(
      zone => zone === 'user' || isIanaZone(zone),
      'Give "user" or an IANA time zone such as Europe/Berlin',
    );

export const address = () => z.email('Give an e-mail address such as ann@contoso.com').toLowerCase();

const domainPattern =
  /^([a-z0-9\u00a1-\uffff]([a-z0-9\u00a1-\uffff-]{0,61}[a-z0-9\u00a1-\uffff])?\.)+[a-z0-9\u00a1-\uffff-]{2,63}$/;
/** `@Contoso.com` and `contoso.com` are the same domain. */
export const domain = () =>
  z
    .string()
    .max(253)
    .trim()
    .toLowerCase()
    .overwrite(text => text.replace(/^@/, ''))
    .regex(domainPattern, 'Give a domain such as contoso.com, without wildcards');

export const listOf = <Item extends z.ZodType>(item: Item, maximum: number) =>
  z
    .array(item)
    .max(maximum)
    .overwrite(items => [...new Set(items)]);

function named(maximum: number, pattern: RegExp, message: string) {
  return z.string().trim().min(1).max(maximum).regex(pattern, message);
}
