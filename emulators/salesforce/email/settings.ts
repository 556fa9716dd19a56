/** How an org keeps e-mails: its administrator's choices, and what the vendor's documentation leaves open. */
export interface EmailSettings {
  /** Without Enhanced Email (and Email-to-Case) there are no EmailMessages at all. */
  enhancedEmail: boolean;
  /** What a bare address gets: a relation without a record, one to the only person that has it, or none. */
  addressRelations: 'plain' | 'matched' | 'none';
  /** Whether a case in ParentId or RelatedToId is put into the other one as well. */
  caseFields: 'both' | 'asGiven';
  /** Whether an e-mail on a case makes a task: open for the case's owner if it came in unread, else completed. */
  caseActivity: 'none' | 'created';
  /** Subject of the task that an e-mail makes. */
  taskSubject: 'prefixed' | 'plain';
  /** What users may still do with the relations of an e-mail that is no draft. */
  relationsOfSent: 'creatable' | 'editable' | 'refused';
  /** Whether files can be linked to an e-mail, and taken from it, that is neither a draft nor managed by its client. */
  filesOfSent: 'clientManaged' | 'allowed';
  /** What becomes of the task of a deleted e-mail, and of the e-mail of a deleted task. */
  activityOfDeleted: 'deleted' | 'kept';
  emailOfDeletedActivity: 'deleted' | 'kept';
}

export function newEmailSettings(): EmailSettings {
  return {
    enhancedEmail: true,
    addressRelations: 'plain',
    caseFields: 'both',
    caseActivity: 'none',
    taskSubject: 'prefixed',
    relationsOfSent: 'creatable',
    filesOfSent: 'clientManaged',
    activityOfDeleted: 'deleted',
    emailOfDeletedActivity: 'deleted',
  };
}
