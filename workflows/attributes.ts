import { defineSearchAttributeKey } from '@temporalio/common';

export const SYNC_STATE = defineSearchAttributeKey('SyncState', 'KEYWORD');
export const ERROR_STREAK = defineSearchAttributeKey('ErrorStreak', 'INT');
