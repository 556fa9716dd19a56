import { z } from 'zod';
import { calendarBehaviourShape } from './calendar-behaviour.ts';
import { mailBehaviourShape } from './mail-behaviour.ts';
import { todoBehaviourShape } from './todo-behaviour.ts';

export const behaviourSchema = z
  .strictObject({
    deltaDuplicates: z.boolean(),
    deltaEmptyPages: z.boolean(),
    deltaPartialRows: z.boolean(),
    transactionIdDuplicate: z.enum(['existing', 'conflict']),
    deletedItemsOpenById: z.boolean(),
    nulCharacters: z.enum(['refused', 'kept']),
    batchOrder: z.enum(['shuffled', 'kept']),
    seed: z.number().int(),
    ...calendarBehaviourShape,
    ...mailBehaviourShape,
    ...todoBehaviourShape,
  })
  .partial();

export const limitsSchema = z
  .strictObject({
    concurrent: z.number().int().min(1),
    requests: z.number().int().min(1),
    windowSeconds: z.number().int().min(1),
    deltaGenerations: z.number().int().min(0),
  })
  .partial();

export const clockSchema = z.strictObject({
  now: z.iso.datetime({ offset: true }).nullish(),
  offsetMs: z.number().int().nullish(),
  /** Moves whatever time it is. */
  advanceMs: z.number().int().optional(),
});

export const moveSchema = z.strictObject({
  mailbox: z.string(),
  id: z.string(),
  /** The id or the well-known name of a folder. */
  folder: z.string(),
});

export const moveTaskSchema = z.strictObject({
  mailbox: z.string(),
  id: z.string(),
  /** The id of a list, or Tasks for the default one. */
  list: z.string(),
});

export const touchSchema = z.strictObject({ mailbox: z.string(), id: z.string() });
