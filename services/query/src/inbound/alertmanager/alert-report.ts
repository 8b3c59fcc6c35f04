import type { Labels, Level, ReportAlert } from '@tocsin/contracts';
import { instant, TEXT_CHARS_MAX, type Instant } from '@tocsin/domain-kit';
import { fingerprintOf } from './fingerprint.ts';

/** An alert as Prometheus and Alertmanager send it; whatever else is in it is passed over. */
export type SentAlert = {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly startsAt?: string;
  readonly endsAt?: string;
  /** Only Alertmanager says so; Prometheus says it by the end. */
  readonly status?: 'firing' | 'resolved';
};

/** What people call how bad something is, in the rules that are passed around, and what it is here. */
const LEVELS: Readonly<Record<string, Level>> = {
  ...{ critical: 'CRITICAL', crit: 'CRITICAL', page: 'CRITICAL', fatal: 'CRITICAL', emergency: 'CRITICAL' },
  ...{ disaster: 'CRITICAL', p1: 'CRITICAL', sev1: 'CRITICAL' },
  ...{ error: 'ERROR', err: 'ERROR', high: 'ERROR', major: 'ERROR', p2: 'ERROR', sev2: 'ERROR' },
  ...{ warning: 'WARN', warn: 'WARN', medium: 'WARN', minor: 'WARN', ticket: 'WARN', p3: 'WARN', sev3: 'WARN' },
  ...{ info: 'INFO', information: 'INFO', informational: 'INFO', low: 'INFO', none: 'INFO', debug: 'INFO' },
};

/** What is bad in a way that nobody has told us is worth a look, and no reason to wake anybody. */
const LEVEL_OTHERWISE: Level = 'WARN';

const SUMMARIES = ['summary', 'title', 'message', 'description'] as const;

/** Go's zero time, which stands for a moment that is not known. */
const UNKNOWN_BEFORE = instant('1971-01-01T00:00:00.000Z');

const NAME_CHARS_MAX = 200;
const LABELS_MAX = 64;
const LABEL_CHARS_MAX = 500;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/;

/**
 * What an alert of theirs says, in our words. Nothing is refused for being strange: an alert that somebody should see is
 * worth more with a piece missing than not at all.
 */
export function reportOf(alert: SentAlert, source: string, now: Instant): ReportAlert {
  const { annotations = {}, startsAt, endsAt } = alert;
  // A label without a value is none, as they have it.
  const labels = Object.fromEntries(Object.entries(alert.labels).filter(([, value]) => value !== ''));
  const name = ascii(labels['alertname'] ?? '') || 'alert';
  const end = momentIn(endsAt);
  const isOver = alert.status === undefined ? end !== null && end <= now : alert.status === 'resolved';
  const summary = SUMMARIES.map((each) => oneLine(annotations[each] ?? '')).find((words) => words !== '');
  return {
    type: 'ReportAlert',
    data: {
      fingerprint: fingerprintOf(labels),
      ...{ name, level: levelOf(labels['severity']?.toLowerCase() ?? '') },
      status: isOver ? 'resolved' : 'firing',
      ...{ summary: summary ?? name, labels: kept(labels) },
      startsAt: momentIn(startsAt) ?? (isOver ? end : null) ?? now,
      endsAt: end,
      source,
    },
  };
}

/** Whatever somebody calls it: a word such as `constructor` is none of ours either. */
const levelOf = (severity: string): Level =>
  (Object.hasOwn(LEVELS, severity) ? LEVELS[severity] : undefined) ?? LEVEL_OTHERWISE;

function momentIn(text: string | undefined): Instant | null {
  if (text === undefined || Number.isNaN(Date.parse(text))) return null;
  const moment = instant(Date.parse(text));
  return moment < UNKNOWN_BEFORE ? null : moment;
}

/** The labels that can be matched and shown here, as far as there is room. */
const kept = (labels: Labels): Labels =>
  Object.fromEntries(
    Object.entries(labels)
      .filter(([label]) => LABEL.test(label))
      .slice(0, LABELS_MAX)
      .map(([label, value]) => [label, oneLine(value, LABEL_CHARS_MAX)]),
  );

const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;
const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Words on one line, at most so many characters, and none cut in two. */
const oneLine = (text: string, chars = TEXT_CHARS_MAX): string =>
  text
    .replaceAll(HALVES, '\ufffd')
    .replaceAll(CONTROLS, ' ')
    .trim()
    .slice(0, chars)
    .replace(/[\ud800-\udbff]$/, '');

const ascii = (text: string): string =>
  oneLine(text, NAME_CHARS_MAX)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .trim();
