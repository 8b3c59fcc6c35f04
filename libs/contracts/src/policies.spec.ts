import { readFileSync } from 'node:fs';
import { ContractViolation } from '@tocsin/domain-kit';
import { jsonFilesIn, readJson } from '../test/schema-files.ts';
import { POLICY_DEFAULTS, policyProblems, validatePolicy, type PolicyName } from './index.ts';

/** What each bad document of a policy is refused for: the file is named after the mistake. */
const REFUSALS: Readonly<Record<PolicyName, Readonly<Record<string, RegExp>>>> = {
  calendar: {
    'closure-without-a-reason.json': /\/closures\/0\/reason is missing/,
    'day-with-a-time.json': /\/holidays\/0 must match pattern/,
    'id-with-a-dot.json': /\/id must match pattern/,
    'misspelt-day.json': /\/week\/mondey is not a known field/,
    'misspelt-list.json': /\/earlyClose is not a known field/,
    'time-as-number.json': /\/week\/monday\/0\/opensAt must be string/,
    'time-beyond-the-day.json': /\/week\/monday\/0\/closesAt must match pattern/,
    'without-a-zone.json': /\/timeZone is missing/,
  },
  escalation: {
    'duration-as-text.json': /\/reopenWithinMs must be integer: An episode that comes back within this time/,
    'misspelt-rung.json': /\/pair\/fatal is not a known field/,
    'no-good-bars.json': /\/pair\/goodBarsToClear must be >= 1: Good bars in a row that end an episode/,
  },
  'event-filter': {
    'negative-minutes.json': /\/events\/0\/beforeMinutes must be >= 0: Minutes before it/,
    'no-instant.json': /\/events\/0\/at must match/,
    'no-symbols.json': /\/events\/0\/symbols/,
  },
  model: {
    'misspelt-field.json': /\/intercept is missing.*\/intercpt is not a known field: is it intercept\?/,
    'negative-scale.json': /\/features\/0\/scale must be >= 0: The standard deviation over the training set/,
    'no-features.json': /\/features must NOT have fewer than 1 items/,
    'other-kind.json': /\/kind must be "linear"/,
    'version-without-a-number.json': /\/version must match pattern/,
    'weight-as-text.json': /\/features\/0\/weight must be number: Log-odds for each unit/,
    'without-a-digest.json': /\/digest is missing/,
    'without-its-worth.json': /\/outOfSample is missing: What it was worth on bars that it had not seen/,
  },
  'notification-defaults': {
    'channel-id-with-a-dot.json': /\/channels\/0\/id must match pattern/,
    'channel-of-unknown-kind.json': /\/channels\/1\/kind must be one of/,
    'critical-narrowed.json': /\/routes\/CRITICAL must be "all"/,
    'duration-as-text.json': /\/attempts\/baseMs must be integer/,
    'level-without-a-route.json': /\/routes\/WARN is missing/,
    'misspelt-setting.json': /\/grouping\/waitS is not a known field/,
    'repeat-of-warn.json': /\/repeats\/WARN is not a known field/,
    'route-to-nobody.json': /\/routes\/ERROR must NOT have fewer than 1 items/,
  },
  'quiet-hours': {
    'day-misspelt.json': /\/windows\/0\/days\/0 must be one of/,
    'time-as-number.json': /\/windows\/0\/from must be string: When it begins/,
    'without-a-zone.json': /\/zone is missing: The time zone of the windows/,
  },
  'regime-model': {
    'misspelt-field.json': /\/training\/iterations is missing.*\/iteratons is not a known field: is it iterations\?/,
    'one-state.json': /\/turbulent is missing: The state of the larger deviation/,
    'other-kind.json': /\/kind must be "gaussian-hmm"/,
    'probability-above-one.json': /\/calm\/toCalm must be <= 1: How probably the calm state follows/,
    'without-a-deviation.json': /\/calm\/sigma must be > 0: The standard deviation/,
  },
  routing: {
    'critical-narrowed.json': /\/routes\/CRITICAL must be "all"/,
    'misspelt-section.json': /\/repeat is not a known field: is it repeats\?/,
    'without-digests.json': /\/digests is missing/,
  },
  'tocsin-config': {
    'asked-too-often.json': /\/observations\/0\/everyMs must be >= 1000: How often it is asked for/,
    'calendar-in-place.json':
      /\/calendars\/0\/file is missing: Its document.*\/calendars\/0\/id is not a known field: there are file/,
    'currency-in-small-letters.json': /\/observations\/0\/quotes\/0 must match pattern/,
    'feed-without-a-calendar.json': /\/feeds\/0\/calendar is missing: When this market is open: 24x7, FX_24x5/,
    'five-to-ask.json': /\/feeds\/0\/providers must NOT have more than 4 items/,
    'hook-with-a-token.json': /\/hooks\/tradingview\/0\/tokenFile is missing.*\/0\/token is not a known field/,
    'key-in-an-address.json': /\/providers\/polygon\/url must match pattern.*without a question mark or a password/,
    'key-in-the-file.json': /\/providers\/polygon\/key is not a known field: there are url, keyFile, directory/,
    'latency-as-text.json': /\/feeds\/0\/feedLatencyMs must be integer: Milliseconds after the close/,
    'misspelt-feed-field.json': /\/feeds\/0\/feedLatancyMs is not a known field: is it feedLatencyMs\?/,
    'misspelt-section.json': /\/provider is not a known field: is it providers\?/,
    'no-requests-at-all.json': /\/providers\/polygon\/requestsPerMinute must be >= 1/,
    'nobody-to-ask.json': /\/feeds\/0\/providers must NOT have fewer than 1 items/,
    'observation-of-unknown-kind.json': /\/observations\/0\/provider must be one of \["fred","frankfurter","newsapi"\]/,
    'observation-with-a-foreign-field.json': /: \/observations\/0\/query is not a known field/,
    'observation-without-a-kind.json': /: \/observations\/0\/provider is missing/,
    'password-in-an-address.json': /\/providers\/polygon\/url must match pattern/,
    'query-too-long.json': /: \/observations\/0\/query must NOT have more than 500 characters/,
    'source-as-number.json': /\/feeds\/0\/providers\/0 must be string.*\/feeds\/0\/providers\/0 must be object/,
    'source-without-a-symbol.json':
      /: \/feeds\/0\/providers\/0\/symbol is missing: The symbol as this provider spells it/,
    'unknown-hook.json': /\/hooks\/tradingveiw is not a known field: is it tradingview\?/,
    'unknown-timeframe.json': /\/feeds\/0\/timeframe must be one of \["1m","5m","15m","30m","1h","4h","1d"\]/,
    'unknown-volume.json': /\/feeds\/0\/volume must be one of \["tick","traded","none"\]/,
    'without-feeds.json': /\/feeds is missing: The pairs that are watched/,
  },
};

const policies = Object.keys(REFUSALS) as PolicyName[];
const listed = (folder: 'good' | 'bad'): [PolicyName, string][] =>
  policies.flatMap((policy) =>
    jsonFilesIn(`policy/${policy}.${folder}`).map((name): [PolicyName, string] => [policy, name]),
  );

/** The documents in the page that tells people how to write them. */
const HOW_TO = new URL('../../../docs/how-to/feeds.md', import.meta.url);
const documentsIn = (page: string): unknown[] =>
  [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text = '']) => JSON.parse(text) as unknown);

describe('a policy', () => {
  it('is what the page says that tells how to write one', () => {
    const documents = documentsIn(readFileSync(HOW_TO, 'utf8'));
    const isCalendar = (document: unknown): boolean =>
      typeof document === 'object' && document !== null && 'week' in document;
    expect(documents.map(isCalendar)).toEqual([false, false, false, false, true]);
    for (const document of documents)
      expect(policyProblems(isCalendar(document) ? 'calendar' : 'tocsin-config', document)).toEqual([]);
  });

  it.each(listed('good'))('of %s takes %s', (policy, name) => {
    expect(() => {
      validatePolicy(policy, readJson(`policy/${policy}.good/${name}`));
    }).not.toThrow();
  });

  it.each(listed('bad'))('of %s refuses %s, and says where', (policy, name) => {
    const checking = () => {
      validatePolicy(policy, readJson(`policy/${policy}.bad/${name}`));
    };
    expect(checking).toThrow(ContractViolation);
    expect(checking).toThrow(REFUSALS[policy][name] ?? `there is no refusal for ${name}`);
  });

  it.each(policies)('of %s has a bad example for every refusal', (policy) => {
    expect(jsonFilesIn(`policy/${policy}.bad`)).toEqual(Object.keys(REFUSALS[policy]));
  });

  it('never repeats what stands where only a name of a file should', () => {
    for (const name of ['key-in-the-file', 'password-in-an-address', 'key-in-an-address', 'hook-with-a-token'])
      expect(
        JSON.stringify(policyProblems('tocsin-config', readJson(`policy/tocsin-config.bad/${name}.json`))),
      ).not.toContain('s3cret');
  });

  it('tells of a document that means one alternative what is wrong with that one', () => {
    const told = (observation: unknown): readonly string[] =>
      policyProblems('tocsin-config', { feeds: [], observations: [observation] }).map(({ pointer }) => pointer);
    expect(told({ provider: 'fred' })).toEqual(['/observations/0/series']);
    expect(told({ provider: 'newsapi', topic: 'a b', query: '', series: 'X' })).toEqual([
      '/observations/0/series',
      '/observations/0/topic',
      '/observations/0/query',
    ]);
    expect(told('fred')).toEqual(['/observations/0']);
  });

  it("is the house's own unless somebody says otherwise", () => {
    expect(POLICY_DEFAULTS['notification-defaults']).toEqual(readJson('policy/notification-defaults.good/house.json'));
  });
});
