import type { Level, ScopeKind } from '@tocsin/contracts';

/** What each level means for whoever relies on the thing; the cause says what happened. */
export const MEANING: Readonly<Record<ScopeKind, Readonly<Record<Level, string>>>> = {
  pair: {
    INFO: 'Nothing has to be done.',
    WARN: 'A bar is missing or could not be analysed; the latest analysis may be a bar old.',
    ERROR: 'The pair is out of date: its latest analysis rests on an old bar.',
    CRITICAL: 'The pair is blind: rely on nothing that is said about it until two good bars have come in.',
  },
  provider: {
    INFO: 'Nothing has to be done.',
    WARN: 'Many pairs of this provider are not fresh.',
    ERROR: 'Pairs of this provider are out of date.',
    CRITICAL: 'Pairs of this provider are blind: rely on none of them.',
  },
  service: {
    INFO: 'Nothing has to be done.',
    WARN: 'A part of its work is set aside and waits for a person.',
    ERROR: 'Its work is late; it may come back by itself.',
    CRITICAL: 'Its work is not being done; a person has to look.',
  },
  agent: {
    INFO: 'Nothing has to be done.',
    WARN: 'Its tasks go to others.',
    ERROR: 'Tasks wait for it: nobody else can do them.',
    CRITICAL: 'Tasks wait for it, and a person has to look.',
  },
  portfolio: {
    INFO: 'A limit is close; nothing has to be done.',
    WARN: 'A limit is broken by a little.',
    ERROR: 'A limit is broken clearly; look at the positions.',
    CRITICAL: 'A limit is broken by far; a person has to decide what to do.',
  },
  release: {
    INFO: 'Nothing has to be done.',
    WARN: 'A step of the release is late.',
    ERROR: 'The release stands still.',
    CRITICAL: 'What is live may be wrong; a person has to look.',
  },
  alert: {
    INFO: "Another system's alerting says so; nothing has to be done.",
    WARN: "Another system's alerting warns.",
    ERROR: "Another system's alerting reports a failure.",
    CRITICAL: "Another system's alerting calls for a person.",
  },
};
