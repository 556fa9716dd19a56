import type { Policy } from '../../../sync/policy/schema.ts';
import type { Violation } from '../module.ts';

/** A message that Exchange would have sent. */
export interface Mail {
  readonly at: string;
  readonly kind: string;
  readonly eventId: string;
  readonly subject: string;
  readonly to: readonly string[];
}

/** Invariant 12: nobody is mailed about what the product writes, unless the policy says so; and never twice (POL-18). */
export function unaskedMails({ calendar }: Policy, mails: readonly Mail[]): Violation[] {
  const { invitations } = calendar;
  const told = ({ kind, subject, to }: Mail) => `${kind} of ${subject} to ${to.join()}`;
  const wrong =
    invitations === 'send'
      ? mails.filter(
          (mail, index) =>
            mail.kind === 'invitation' &&
            mails.some((other, at) => at < index && other.kind === 'invitation' && isSame(mail, other)),
        )
      : mails;
  return wrong.map(mail => ({ invariant: 12, text: `a write of the product mailed the ${told(mail)}` }));
}

function isSame(one: Mail, other: Mail): boolean {
  return one.eventId === other.eventId && one.to.join() === other.to.join();
}
