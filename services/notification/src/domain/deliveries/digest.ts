import type { DeliveryIntendedData, Level } from '@tocsin/contracts';
import { plainText, TEXT_CHARS_MAX, type Instant } from '@tocsin/domain-kit';

type Letter = DeliveryIntendedData;
type Member = NonNullable<Letter['members']>[number];

/** Why letters go together: the channel takes no more at a time, or the policy wants them once in a while. */
export type GatheredBecause = 'crowded' | 'by-rhythm';

const TITLE_CHARS_MAX = 200;

/** So many things are named under each heading; how many more there are is a number. */
const NAMED_MAX = 12;

/** The order in which a reader wants them. */
const HEADINGS = ['CRITICAL', 'ERROR', 'WARN', 'INFO', 'restored', 'acknowledged', 'news'] as const;
type Heading = (typeof HEADINGS)[number];

const LADDER: readonly Level[] = ['CRITICAL', 'ERROR', 'WARN', 'INFO'];

/** Everything that a letter is about, the first thing first. */
export function membersOf({ members, scope, episodeId, level, repeatIndex, facts, title }: Letter): readonly Member[] {
  return members ?? [{ scope, episodeId, level, repeatIndex, about: facts['about'] ?? title }];
}

/**
 * One letter that says what several would have said. It is as grave as the gravest of them, and its id is made of theirs,
 * so gathering the same letters again makes the same digest.
 */
export function digestOf(
  letters: readonly [Letter, ...Letter[]],
  { notificationId, because, at }: { notificationId: string; because: GatheredBecause; at: Instant },
): Letter {
  const [first] = letters;
  const level = LADDER.find((rung) => letters.some((letter) => letter.level === rung)) ?? first.level;
  const sections = sectionsOf(letters);
  const simulated = letters.every((letter) => letter.simulated);
  const [lead = first] = letters.filter((letter) => letter.level === level);
  return {
    notificationId,
    channelId: first.channelId,
    channelKind: first.channelKind,
    kind: 'digest',
    scope: lead.scope,
    episodeId: lead.episodeId,
    level,
    repeatIndex: 0,
    ...(first.tenant === undefined ? {} : { tenant: first.tenant }),
    title: plainText(`${summary(sections)}${simulated ? ' (simulated)' : ''}`, TITLE_CHARS_MAX),
    text: plainText([...sections.map(spelled), REASONS[because]].join(' '), TEXT_CHARS_MAX),
    facts: Object.fromEntries(sections.map(({ heading, names }) => [heading, String(names.length)])),
    members: [...membersOf(lead), ...letters.filter((letter) => letter !== lead).flatMap(membersOf)],
    simulated,
    at,
  };
}

const REASONS: Readonly<Record<GatheredBecause, string>> = {
  crowded: 'They are told together because there were more than this channel takes at a time.',
  'by-rhythm': 'They are told together, once in a while, because nothing has to be done.',
};

type Section = { readonly heading: Heading; readonly names: readonly string[] };

function sectionsOf(letters: readonly Letter[]): readonly Section[] {
  const named = letters.flatMap((letter) =>
    membersOf(letter).map((member) => ({ heading: headingOf(letter, member), name: member.about })),
  );
  return HEADINGS.map((heading) => ({
    heading,
    names: named.filter((entry) => entry.heading === heading).map(({ name }) => name),
  })).filter(({ names }) => names.length > 0);
}

function headingOf({ kind }: Letter, { level }: Member): Heading {
  switch (kind) {
    case 'restoration':
      return 'restored';
    case 'acknowledgement':
      return 'acknowledged';
    case 'success':
    case 'signal':
    case 'test':
      return 'news';
    case 'escalation':
    case 'reminder':
    case 'digest':
      return level;
  }
}

/** Such as `12 notices: 3 ERROR, 7 WARN, 2 restored`. */
function summary(sections: readonly Section[]): string {
  const count = sections.reduce((sum, { names }) => sum + names.length, 0);
  return `${count} notices: ${sections.map(({ heading, names }) => `${names.length} ${heading}`).join(', ')}`;
}

function spelled({ heading, names }: Section): string {
  const unlisted = names.length - NAMED_MAX;
  const more = unlisted > 0 ? ` and ${unlisted} more` : '';
  return `${heading}: ${names.slice(0, NAMED_MAX).join(', ')}${more}.`;
}
