import publicDomains from 'email-providers/all.json' with { type: 'json' };
import { getDomain } from 'tldts';

/** RFC 5321, section 4.5.3.1. */
const LONGEST_ADDRESS = 320;
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 253;

/** Characters that are not seen, that turn the direction of others, or that no address can have. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}<>()[\],;:\\]/u;

/**
 * The one form in which addresses are compared: lower case, the domain in its ASCII form (RFC 5890). Null for what is no
 * address that mail could go to, and for what only looks like one: such an address matches nobody.
 */
export function canonicalAddress(written: string): string | null {
  const address = written.trim();
  if (address.length > LONGEST_ADDRESS) return null;
  const at = address.lastIndexOf('@');
  const local = canonicalLocal(address.slice(0, at));
  const domain = canonicalDomain(address.slice(at + 1));
  return at <= 0 || local === null || domain === null ? null : `${local}@${domain}`;
}

/** Quoted local parts (`"ann@contoso.com x"@evil.example`) are legal and used for deception only. */
function canonicalLocal(local: string): string | null {
  if (local.length > LONGEST_LOCAL || /["@]/.test(local)) return null;
  return isPlain(local) || (isHonest(local) && !mixesScripts(local)) ? local.toLowerCase() : null;
}

/** Asked before letters become small: the sign for Kelvin would become a plain k. */
const isPlain = (text: string) => /^[A-Za-z0-9.+_'-]*$/.test(text);

/** Nothing in it is unseen, or only looks like another letter. */
const isHonest = (text: string) => !UNSEEN.test(text) && text === text.normalize('NFKC');

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The ASCII form of a domain. Letters of two alphabets in one label, and letters that the standard would replace by plain
 * ones (ｃontoso.com), are there to deceive: such a domain is none.
 */
export function canonicalDomain(written: string): string | null {
  if (written.length > LONGEST_DOMAIN) return null;
  const ascii = isPlain(written) ? written.toLowerCase() : asciiOf(written);
  const labels = ascii?.split('.') ?? [];
  if (labels.length < 2 || !labels.every(label => LABEL.test(label))) return null;
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : ascii;
}

/** Every label that is not plain has to become a label of its own (xn--…), else it only looked like another one. */
function asciiOf(domain: string): string | null {
  if (!isHonest(domain) || domain.split('.').some(mixesScripts)) return null;
  const url = `http://${domain}`;
  if (/[/?#@%]/.test(domain) || !URL.canParse(url)) return null;
  const ascii = new URL(url).hostname;
  const before = domain.split('.');
  const after = ascii.split('.');
  const isOwn = before.every((label, n) => isPlain(label) || after[n]?.startsWith('xn--'));
  return isOwn && before.length === after.length ? ascii : null;
}

const ALPHABETS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];

/** The mixtures that Unicode calls confusable (UTS 39, section 5.1); Latin stands beside Han or Kana rightly. */
function mixesScripts(text: string): boolean {
  return ALPHABETS.filter(alphabet => alphabet.test(text)).length > 1;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** The address that `ann+news@contoso.com` is a variant of (RFC 5233); itself where it is none. */
export function withoutTag(address: string): string {
  const at = address.lastIndexOf('@');
  const plus = address.indexOf('+');
  return plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address;
}

const PUBLIC_DOMAINS: ReadonlySet<string> = new Set(publicDomains);

/** Whether anybody can have an address there: such a domain tells no company (POL-21). */
export function isPublicDomain(domain: string): boolean {
  return PUBLIC_DOMAINS.has(domain) || PUBLIC_DOMAINS.has(registrable(domain));
}

/** The domains by which an account may be known, the closest first: `mail.contoso.co.uk`, `contoso.co.uk`. */
export function companyDomains(address: string): string[] {
  const domain = domainOf(address);
  return isPublicDomain(domain) ? [] : [...new Set([domain, registrable(domain)])];
}

/** What a company registered: private suffixes (`github.io`) are shared by strangers. */
export function registrable(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}
