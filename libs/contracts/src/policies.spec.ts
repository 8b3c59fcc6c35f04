import { ContractViolation } from '@tocsin/domain-kit';
import { jsonFilesIn, readJson } from '../test/schema-files.ts';
import { POLICY_DEFAULTS, validatePolicy, type PolicyName } from './index.ts';

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
};

const policies = Object.keys(REFUSALS) as PolicyName[];
const listed = (folder: 'good' | 'bad'): [PolicyName, string][] =>
  policies.flatMap((policy) =>
    jsonFilesIn(`policy/${policy}.${folder}`).map((name): [PolicyName, string] => [policy, name]),
  );

describe('a policy', () => {
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

  it("is the house's own unless somebody says otherwise", () => {
    expect(POLICY_DEFAULTS['notification-defaults']).toEqual(readJson('policy/notification-defaults.good/house.json'));
  });
});
