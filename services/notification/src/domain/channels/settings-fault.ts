import { matcherFault, SHARED_TENANT, type ChannelSettings, type ChannelTarget } from '@tocsin/contracts';

/** Returns why a channel could not work as it is written, in a sentence; null where it could. */
export function settingsFault(tenant: string, { events, target, secretRefs }: ChannelSettings): string | null {
  for (const matcher of events) {
    const fault = matcherFault(matcher);
    if (fault !== null) return fault;
  }
  const refs = secretRefs.map(({ ref }) => ref);
  const twice = refs.find((ref, index) => refs.indexOf(ref) !== index);
  if (twice !== undefined) return `The secret '${twice}' is named twice.`;
  const strange = refs.find((ref) => !isOwn(tenant, ref));
  if (strange !== undefined)
    return `The secret '${strange}' is not this tenant's: its name would begin with '${tenant}.'.`;
  return targetFault(target) ?? secretFault(target, refs.length);
}

/**
 * A secret is named after its tenant, by the door too. Else whoever may add a channel could send another's secret to a
 * server of his own. The house may name any.
 */
const isOwn = (tenant: string, ref: string): boolean => tenant === SHARED_TENANT || ref.startsWith(`${tenant}.`);

/** What a schema cannot say of a target. */
function targetFault(target: ChannelTarget): string | null {
  switch (target.kind) {
    case 'webhook':
      return URL.canParse(target.url) ? null : `'${target.url}' is no address.`;
    case 'email':
      if (target.server === undefined && target.user !== undefined)
        return 'A user signs in at a server of its own, and there is none.';
      if (target.server === undefined && target.from !== undefined)
        return 'By the house’s server mail is from the house: name a server of its own.';
      return target.server !== undefined && target.from === undefined
        ? 'A server of its own does not take mail from the house: say whom it is from.'
        : null;
    case 'slack':
    case 'pagerduty':
      return target.api === undefined || URL.canParse(target.api) ? null : `'${target.api}' is no address.`;
    case 'ntfy':
      return target.server === undefined || URL.canParse(target.server) ? null : `'${target.server}' is no address.`;
    case 'alertmanager':
      return URL.canParse(target.url) ? null : `'${target.url}' is no address.`;
    case 'discord':
      return null;
  }
}

/** How many secrets a target needs, and may have. */
function secretFault(target: ChannelTarget, count: number): string | null {
  switch (target.kind) {
    case 'webhook':
      return count > 0 ? null : 'A webhook needs a secret, which signs it.';
    case 'slack':
      if (count > 0) return null;
      return target.channel === undefined
        ? 'Slack needs a secret: the address of an incoming webhook.'
        : 'Slack needs a secret: the token of the bot.';
    case 'discord':
      return count > 0 ? null : 'Discord needs a secret: the address of its webhook.';
    case 'pagerduty':
      return count > 0 ? null : 'PagerDuty needs a secret: the integration key of its Events API v2.';
    case 'email':
      if (target.user !== undefined) return count > 0 ? null : 'A user who signs in needs a secret: the password.';
      return count === 0 ? null : 'There is nobody to sign in with a secret: name the user.';
    case 'alertmanager':
      return target.user === undefined || count > 0 ? null : 'A user who signs in needs a secret: the password.';
    case 'ntfy':
      return null;
  }
}
