import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SyncFailure } from '../sync/failure.ts';

/** A private key as a person pastes it: PEM, PKCS #8 or the older PKCS #1. */
export function privateKeyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new SyncFailure('auth', 'the private key of the connection cannot be read', {
      native: 'UnreadableKey',
      fix: 'Enter the private key as PEM, without a passphrase.',
      cause,
    });
  }
}
