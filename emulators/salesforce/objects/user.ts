import { failure } from '../failure.ts';
import type { Behaviour } from './behaviour.ts';
import { composeName } from './personName.ts';

const USERNAME = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const user: Behaviour = {
  beforeSave(draft, { previous, given }) {
    composeName(draft);
    if (previous === undefined && !given.has('IsActive')) draft.IsActive = true;
    const username = String(draft.Username ?? '');
    if (username !== '' && !USERNAME.test(username))
      throw failure('INVALID_EMAIL_ADDRESS', `Username: invalid email address: ${username}`, ['Username']);
    const local = username.split('@')[0] ?? '';
    draft.Alias ??= local.slice(0, 8);
    draft.CommunityNickname ??= username.slice(0, 40);
  },
};
