import type { Emulator } from '../emulator.ts';
import { type Answer, ok } from '../http/message.ts';
import { type Row, text } from '../store/row.ts';

/** The identity service's answer about a user (`/id/{organization}/{user}`). */
function identityBody(emulator: Emulator, user: Row, origin: string): object {
  const organizationId = emulator.org.identity.organizationId;
  const rest = `${origin}/services/data/v{version}`;
  return {
    id: `${origin}/id/${organizationId}/${user.Id}`,
    asserted_user: true,
    user_id: user.Id,
    organization_id: organizationId,
    username: text(user, 'Username'),
    nick_name: text(user, 'CommunityNickname'),
    display_name: text(user, 'Name'),
    email: text(user, 'Email'),
    email_verified: true,
    first_name: text(user, 'FirstName'),
    last_name: text(user, 'LastName'),
    timezone: text(user, 'TimeZoneSidKey'),
    photos: { picture: `${origin}/profilephoto/005/F`, thumbnail: `${origin}/profilephoto/005/T` },
    urls: {
      rest: `${rest}/`,
      sobjects: `${rest}/sobjects/`,
      search: `${rest}/search/`,
      query: `${rest}/query/`,
      recent: `${rest}/recent/`,
      profile: `${origin}/${user.Id}`,
    },
    active: user.IsActive === true,
    user_type: 'STANDARD',
    language: text(user, 'LanguageLocaleKey'),
    locale: text(user, 'LocaleSidKey'),
    utcOffset: 0,
    last_modified_date: text(user, 'LastModifiedDate'),
    is_app_installed: true,
  };
}

export function identity(emulator: Emulator, user: Row, path: string, origin: string): Answer {
  const [, , organizationId = '', userId = ''] = path.split('/');
  const asked = emulator.org.store.table('User').get(userId);
  const isOwnOrg = organizationId.slice(0, 15) === emulator.org.identity.organizationId.slice(0, 15);
  if (!isOwnOrg || asked === undefined)
    return { status: 404, headers: { 'content-type': 'text/html' }, body: 'Bad_Id' };
  if (asked.Id !== user.Id)
    return { status: 403, headers: { 'content-type': 'text/html' }, body: 'Wrong_User' };
  return ok(identityBody(emulator, asked, origin));
}

/** OpenID Connect's view of the same user. */
export function userinfo(emulator: Emulator, user: Row, origin: string): Answer {
  const organizationId = emulator.org.identity.organizationId;
  return ok({
    sub: `${origin}/id/${organizationId}/${user.Id}`,
    user_id: user.Id,
    organization_id: organizationId,
    preferred_username: text(user, 'Username'),
    nickname: text(user, 'CommunityNickname'),
    name: text(user, 'Name'),
    email: text(user, 'Email'),
    email_verified: true,
    given_name: text(user, 'FirstName'),
    family_name: text(user, 'LastName'),
    zoneinfo: text(user, 'TimeZoneSidKey'),
    locale: text(user, 'LocaleSidKey'),
    active: user.IsActive === true,
  });
}
