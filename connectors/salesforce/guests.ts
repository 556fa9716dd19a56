import type { Participant, Response } from '../../sync/calendar/appointment.ts';
import { type ActivityRecord, presentIn } from './activity-values.ts';
import { statusOf } from './event-people.ts';
import type { WholeEvent } from './event-records.ts';
import { isPerson } from './persons.ts';
import { isVisible, type ObjectShape } from './shape.ts';
import type { Row } from './wire.ts';

/** Where an event keeps those who take part in it (CAL-5). */
export interface Guests {
  /** Those in the CRM, with what they answered. */
  readonly answers: ReadonlyMap<string, Response>;
  /** The others stand in the text; undefined leaves them as they are. */
  readonly listed: readonly Participant[] | undefined;
  /** The only one whose relation is written: who takes part in somebody else's event answers for himself (CAL-2). */
  readonly selfId?: string;
  /** Whom the event is about, where that is told of this write. */
  readonly whoId?: string | null;
}

/** Whose event it is, who writes, and who is known by which address. */
export interface Seating {
  readonly ownerId: string;
  readonly userId: string;
  readonly idByAddress: ReadonlyMap<string, string>;
  /** As it stands; undefined for a new one. */
  readonly event: WholeEvent | undefined;
  readonly shape: ObjectShape;
}

/** Where those who take part in an event stand in the CRM; whom it is related to already comes first. */
export function seat(participants: readonly Participant[], seating: Seating): Guests {
  const { ownerId, userId, idByAddress, event, shape } = seating;
  const own = idsOfNamed(event);
  const idOf: IdOf = address => own.get(address) ?? idByAddress.get(address);
  if (ownerId !== userId) return selfAmong(participants, idOf, userId);
  if (isVisible(shape)) return guestsOf(participants, idOf, ownerId);
  const whoId = typeof event?.row.WhoId === 'string' ? event.row.WhoId : null;
  return guestsWithoutRelations(participants, idOf, ownerId, whoId);
}

type IdOf = (address: string) => string | undefined;

function idsOfNamed(event: WholeEvent | undefined): Map<string, string> {
  const ids = new Map<string, string>();
  if (event === undefined) return ids;
  const related = event.relations.map(({ RelationId }) => RelationId);
  for (const id of [...related, event.row.WhoId, event.row.OwnerId]) {
    const address = event.people.get(String(id))?.Email;
    if (typeof address === 'string') ids.set(address.toLowerCase(), String(id));
  }
  return ids;
}

function selfAmong(participants: readonly Participant[], idOf: IdOf, userId: string): Guests {
  const self = participants.filter(({ address }) => idOf(address) === userId).slice(0, 1);
  const answers = new Map(self.map(({ response }) => [userId, response]));
  return { answers, listed: undefined, selfId: userId };
}

/** What a write does to the relations of an event. */
export interface RelationChanges {
  readonly created: readonly Row[];
  readonly updated: readonly Row[];
  readonly deletedIds: readonly string[];
}

/**
 * The owner stands for himself. Of a meeting of somebody else the text tells the organizer, which no relation does; an
 * organizer whom nobody knows may be the owner under another address, unless the owner is among the others.
 */
function guestsOf(
  participants: readonly Participant[],
  idOf: IdOf,
  ownerId: string,
): Guests & { readonly listed: readonly Participant[] } {
  const isOthersMeeting = participants.some(
    ({ role, address }) => role !== 'organizer' && idOf(address) === ownerId,
  );
  const answers = new Map<string, Response>();
  const listed: Participant[] = [];
  for (const participant of participants) {
    const id = idOf(participant.address);
    const isHost = participant.role === 'organizer';
    if (id === ownerId || (isHost && id === undefined && !isOthersMeeting)) continue;
    if (id === undefined || isHost) listed.push(participant);
    if (id !== undefined && !answers.has(id)) answers.set(id, isHost ? 'accepted' : participant.response);
  }
  return { answers, listed };
}

/** Where there are no relations, an event is about one person, and all others stand in the text. */
function guestsWithoutRelations(
  participants: readonly Participant[],
  idOf: IdOf,
  ownerId: string,
  knownWhoId: string | null,
): Guests {
  const { answers, listed } = guestsOf(participants, idOf, ownerId);
  const isUser = (id: string) => id.startsWith('005');
  const whoId = knownWhoId ?? [...answers.keys()].find(id => !isUser(id)) ?? null;
  const others = participants.filter(({ address }) => {
    const id = idOf(address);
    return id !== undefined && id !== whoId && answers.has(id);
  });
  return { answers: new Map(), listed: [...listed, ...others], whoId };
}

/** From the relations as they are to those that say who takes part. What else the event is about stays. */
export function relationChanges(
  event: Row,
  relations: readonly Row[],
  { answers, selfId }: Guests,
  shape: ObjectShape,
): RelationChanges {
  const people = relations.filter(({ RelationId }) =>
    selfId === undefined ? isPerson(String(RelationId)) : RelationId === selfId,
  );
  const related = new Set(people.map(({ RelationId }) => String(RelationId)));
  const created = [...answers].flatMap(([id, response]) => {
    if (related.has(id) || (id === event.WhoId && response === 'none')) return [];
    const invitation = { EventId: String(event.Id), RelationId: id, IsInvitee: true };
    return [relationRow({ ...invitation, Status: statusOf[response] }, shape)];
  });
  const changes = people.map(relation => changeOf(relation, answers.get(String(relation.RelationId)), shape));
  return {
    created,
    updated: changes.flatMap(change => (change?.type === 'update' ? [change.row] : [])),
    deletedIds: changes.flatMap(change => (change?.type === 'delete' ? [change.id] : [])),
  };
}

type Change =
  | { readonly type: 'update'; readonly row: Row }
  | { readonly type: 'delete'; readonly id: string };

/** Whom the event is about stays so when no longer invited. */
function changeOf(relation: Row, answer: Response | undefined, shape: ObjectShape): Change | null {
  const id = String(relation.Id);
  const isInvited = relation.IsInvitee !== false;
  const update = (columns: ActivityRecord): Change => ({
    type: 'update',
    row: { id, ...relationRow(columns, shape) },
  });
  if (answer === undefined) {
    if (!isInvited) return null;
    return relation.IsParent === true ? update({ IsInvitee: false }) : { type: 'delete', id };
  }
  const isSaid = isInvited ? relation.Status === statusOf[answer] : answer === 'none';
  return isSaid ? null : update({ IsInvitee: true, Status: statusOf[answer] });
}

function relationRow(columns: ActivityRecord, shape: ObjectShape): Row {
  return { attributes: { type: 'EventRelation' }, ...presentIn(shape, columns) };
}
