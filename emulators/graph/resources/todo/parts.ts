import { preciseTime } from './task-dates.ts';
import type { Writing } from './world.ts';

/** What a task is made of besides its own fields: links to other systems and steps. */

export interface LinkedResource {
  id: string;
  applicationName: string | null;
  displayName: string | null;
  externalId: string | null;
  webUrl: string | null;
}

export interface ChecklistItem {
  id: string;
  displayName: string | null;
  createdDateTime: string;
  checkedDateTime?: string;
  isChecked: boolean;
}

type Body = Record<string, unknown>;

const LINK_FIELDS = ['applicationName', 'displayName', 'externalId', 'webUrl'] as const;

export const newLinkedResource = (body: Body, { newId }: Writing): LinkedResource =>
  changedLinkedResource(
    { id: newId(), applicationName: null, displayName: null, externalId: null, webUrl: null },
    body,
  );

export function changedLinkedResource(current: LinkedResource, body: Body): LinkedResource {
  const changed = { ...current };
  for (const name of LINK_FIELDS) if (name in body) changed[name] = body[name] as string | null;
  return changed;
}

export const newChecklistItem = (body: Body, writing: Writing): ChecklistItem =>
  changedChecklistItem(
    {
      id: writing.newId(),
      displayName: null,
      createdDateTime: preciseTime(writing.now()),
      isChecked: false,
    },
    body,
    writing,
  );

export function changedChecklistItem(current: ChecklistItem, body: Body, { now }: Writing): ChecklistItem {
  const { checkedDateTime, ...changed } = current;
  if ('displayName' in body) changed.displayName = body.displayName as string | null;
  if (typeof body.isChecked === 'boolean') changed.isChecked = body.isChecked;
  if (!changed.isChecked) return changed;
  return { ...changed, checkedDateTime: checkedDateTime ?? preciseTime(now()) };
}
