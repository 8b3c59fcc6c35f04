import { ContractViolation } from '@tocsin/domain-kit';
import { jsonFilesIn, readJson } from '../test/schema-files.ts';
import { POLICY_DEFAULTS, validatePolicy } from './index.ts';

const GOOD = 'policy/notification-defaults.good';
const BAD = 'policy/notification-defaults.bad';

/** What each bad document is refused for: the file is named after the mistake. */
const REFUSALS: Readonly<Record<string, RegExp>> = {
  'channel-id-with-a-dot.json': /\/channels\/0\/id must match pattern/,
  'channel-of-unknown-kind.json': /\/channels\/1\/kind must be one of/,
  'critical-narrowed.json': /\/routes\/CRITICAL must be "all"/,
  'duration-as-text.json': /\/attempts\/baseMs must be integer/,
  'level-without-a-route.json': /\/routes\/WARN is missing/,
  'misspelt-setting.json': /\/grouping\/waitS is not a known field/,
  'repeat-of-warn.json': /\/repeats\/WARN is not a known field/,
  'route-to-nobody.json': /\/routes\/ERROR must NOT have fewer than 1 items/,
};

describe('the notification policy', () => {
  it.each(jsonFilesIn(GOOD))('takes %s', (name) => {
    expect(() => {
      validatePolicy('notification-defaults', readJson(`${GOOD}/${name}`));
    }).not.toThrow();
  });

  it.each(jsonFilesIn(BAD))('refuses %s, and says where', (name) => {
    const checking = () => {
      validatePolicy('notification-defaults', readJson(`${BAD}/${name}`));
    };
    expect(checking).toThrow(ContractViolation);
    expect(checking).toThrow(REFUSALS[name] ?? `there is no refusal for ${name}`);
  });

  it("is the house's own unless somebody says otherwise", () => {
    expect(POLICY_DEFAULTS['notification-defaults']).toEqual(readJson(`${GOOD}/house.json`));
  });
});
