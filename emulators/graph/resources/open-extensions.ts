import type { Behaviour } from '../control/behaviour.ts';
import { GraphError, unreadableBody } from '../protocol/errors.ts';
import type { OpenExtension } from '../store/mailbox-state.ts';

/**
 * Both are found in the field; in a request either stands for the other, and the bare name for both. A path
 * has lost the namespace of the service by then.
 */
const ID_PREFIX = /^((Microsoft\.OutlookServices|microsoft\.graph)\.)?openTypeExtension\./i;

export const EXTENSION_TYPE = 'microsoft.graph.openTypeExtension';

type Body = Record<string, unknown>;

export const bareName = (id: string) => id.replace(ID_PREFIX, '');

export const otherExtensionIds = ({ extensionName }: Record<string, unknown>): string[] => [
  String(extensionName),
  `Microsoft.OutlookServices.OpenTypeExtension.${extensionName}`,
  `microsoft.graph.openTypeExtension.${extensionName}`,
];

export const renderExtension = (
  { extensionName, values }: OpenExtension,
  { extensionIdPrefix }: Behaviour,
): Record<string, unknown> => ({
  '@odata.type': `#${EXTENSION_TYPE}`,
  extensionName,
  id: `${extensionIdPrefix}.${extensionName}`,
  ...values,
});

export function writtenExtension(body: Body): OpenExtension {
  const { extensionName } = body;
  if (typeof extensionName !== 'string' || extensionName === '')
    throw unreadableBody("An open extension needs an 'extensionName'.");
  return { extensionName: bareName(extensionName), values: valuesOf(body) };
}

/** The extensions in the body of a creation. */
export const writtenExtensions = (body: Body): OpenExtension[] =>
  ((body.extensions ?? []) as Body[]).map(writtenExtension);

/** What a change does not name stays. */
export const changedExtension = (current: OpenExtension, body: Body): OpenExtension => ({
  ...current,
  values: { ...current.values, ...valuesOf(body) },
});

export function withExtension(current: OpenExtension[], added: OpenExtension): OpenExtension[] {
  if (current.some(({ extensionName }) => extensionName === added.extensionName))
    throw new GraphError(
      409,
      'ErrorExtensionAlreadyExists',
      `There is already an extension '${added.extensionName}'; change it with PATCH.`,
    );
  return [...current, added];
}

function valuesOf(body: Body): Record<string, unknown> {
  const values = Object.entries(body).filter(
    ([name]) => name !== 'extensionName' && name !== 'id' && !name.startsWith('@'),
  );
  const empty = values.find(([, value]) => value === null);
  if (empty)
    throw unreadableBody(`The value of the property '${empty[0]}' of an open extension must not be null.`);
  return Object.fromEntries(values);
}
