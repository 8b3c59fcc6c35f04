import { SHARED_TENANT, severityOf, type Level } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import type { Letter } from '../outbound/channels/channel.ts';
import { storyOf } from './story.ts';

/** An alert as Alertmanager's API v2 takes it. */
export type PostedAlert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly generatorURL?: string;
};

const LEVELS: readonly Level[] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];

/**
 * Alertmanager ends an alert by itself that is not said again, after five minutes where no end was given. We say things
 * once, so an alert stands for as long as a silence may, unless its end is told before.
 */
const STANDS_MS = 30 * 86_400_000;
/** What tells of a moment is over soon. */
const MOMENT_MS = 300_000;

/**
 * The alerts that a letter becomes. Labels are what an alert is recognised by, so only what never changes within an
 * episode is a label: its scope, its tenant, and the severity, by which people route. A severity that is left is another
 * alert that ends; so each letter says of all four whether they stand. Everything else is an annotation.
 *
 * The end is on the wall clock, where Alertmanager lives, whatever clock the letter keeps.
 */
export function postedAlerts(letter: Letter, nowMs: number): readonly PostedAlert[] {
  const now = instant(nowMs);
  const { members = [], scope, level, startedAt, at } = letter;
  const began = startedAt ?? at;
  const startsAt = began < now ? began : now;
  const things = members.length > 1 ? members : [{ scope, level, about: null }];
  return things.flatMap(({ scope: of, level: reached, about }) => {
    const annotations = annotationsOf(
      letter,
      about === null ? {} : { summary: `${reached}: ${about}`, about, level: reached },
    );
    const alertOf = (said: Level, endsAt: Instant): PostedAlert => ({
      labels: labelsOf(letter, of, said),
      annotations,
      startsAt,
      endsAt,
      ...(letter.link !== undefined && { generatorURL: letter.link }),
    });
    switch (letter.kind) {
      case 'escalation':
      case 'reminder':
      case 'acknowledgement':
        return LEVELS.map((other) => alertOf(other, other === reached ? plusMs(now, STANDS_MS) : now));
      case 'digest': // What is told in one message with others at INFO is an end.
        return LEVELS.map((other) =>
          alertOf(other, other === reached && reached !== 'INFO' ? plusMs(now, STANDS_MS) : now),
        );
      case 'restoration':
        return LEVELS.map((other) => alertOf(other, now));
      case 'test':
      case 'success':
      case 'signal':
        return [alertOf(reached, plusMs(now, MOMENT_MS))];
    }
  });
}

function labelsOf({ kind, tenant }: Letter, scope: string, level: Level): PostedAlert['labels'] {
  const scopeKind = scope.slice(0, scope.indexOf('-'));
  return {
    alertname: nameOf(kind, scopeKind),
    scope,
    scope_kind: scopeKind,
    severity: severityOf(level),
    source: 'tocsin',
    tenant: tenant ?? SHARED_TENANT,
  };
}

/** What is about an episode is called after its thing; what is about a moment, after what it is. */
function nameOf(kind: Letter['kind'], scopeKind: string): string {
  switch (kind) {
    case 'escalation':
    case 'reminder':
    case 'acknowledgement':
    case 'digest':
    case 'restoration':
      return `Tocsin${capital(scopeKind)}`;
    case 'test':
    case 'success':
    case 'signal':
      return `Tocsin${capital(kind)}`;
  }
}

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

function annotationsOf(letter: Letter, ofMember: Readonly<Record<string, string>>): PostedAlert['annotations'] {
  const { title, note, text, why, details, id } = storyOf(letter);
  const said = {
    summary: title,
    description: text,
    ...(note !== null && { note }),
    ...(why.length > 0 && { why: why.join('\n') }),
    ...Object.fromEntries(details.map(([name, value]) => [name.replaceAll(/[^A-Za-z0-9_]/g, '_'), value])),
    notification: id,
    ...ofMember,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''));
}
