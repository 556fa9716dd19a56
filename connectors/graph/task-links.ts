import type { LinkedResource, TodoTask } from '@microsoft/microsoft-graph-types';
import { type Link, linksOfText, textOfLinks } from '../../sync/tasks/text-form.ts';
import type { BatchRequest } from './client.ts';

/** By its name our links are known among those of a task. */
const applicationName = 'Tandem';

/**
 * The links of a task to the CRM, which To Do shows (TASK-1). The first carries our key: a task has no other place for
 * it that can be sent with its creation.
 */
export function linkedResourcesOf(links: readonly Link[], key: string | null): LinkedResource[] {
  const shown = links.map(({ url, name }) => ({ applicationName, webUrl: url, displayName: name }));
  if (key === null) return shown.map(resource => ({ ...resource, externalId: '' }));
  const [first = { applicationName, displayName: applicationName }, ...others] = shown;
  return [{ ...first, externalId: key }, ...others.map(resource => ({ ...resource, externalId: '' }))];
}

export function linksOf(text: string | null): Link[] {
  return text === null ? [] : linksOfText(text);
}

export function textOfOwnLinks(task: TodoTask): string | null {
  const links = ownResources(task).flatMap(({ webUrl, displayName }) =>
    webUrl ? [{ url: webUrl, name: displayName ?? '' }] : [],
  );
  return links.length === 0 ? null : textOfLinks(links);
}

export function keyOf(task: TodoTask): string | null {
  return ownResources(task)[0]?.externalId || null;
}

/** The one with the key first: To Do promises no order. */
function ownResources({ linkedResources }: TodoTask): LinkedResource[] {
  const own = (linkedResources ?? []).filter(each => each.applicationName === applicationName);
  return own.toSorted((a, b) => Number(!a.externalId) - Number(!b.externalId));
}

/** What makes of our links of a task these ones; links of others stay. `url` is that of the task's collection. */
export function linkRequests(task: TodoTask, wanted: readonly LinkedResource[], url: string): BatchRequest[] {
  const present = ownResources(task);
  const idUrl = (index: number) => `${url}/${encodeURIComponent(present[index]!.id ?? '')}`;
  const written = wanted.flatMap((resource, index): BatchRequest[] => {
    const before = present[index];
    if (before === undefined) return [{ method: 'POST', url, body: resource }];
    if (isSame(before, resource)) return [];
    return [{ method: 'PATCH', url: idUrl(index), body: resource }];
  });
  const surplus = present
    .slice(wanted.length)
    .map((_, index): BatchRequest => ({ method: 'DELETE', url: idUrl(wanted.length + index) }));
  return [...written, ...surplus];
}

function isSame(a: LinkedResource, b: LinkedResource): boolean {
  return (['webUrl', 'displayName', 'externalId'] as const).every(
    name => (a[name] || '') === (b[name] || ''),
  );
}
