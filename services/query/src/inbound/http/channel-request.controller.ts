import { Body, Controller, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { SecretRef } from '@tocsin/contracts';
import { SecretFiles } from '../../outbound/secret-files.ts';
import { Channels } from '../../reading/channels.ts';
import { Notifications } from '../../reading/notifications.ts';
import { Problem } from '../../reading/problem.ts';
import { Ask } from './ask.ts';
import { channelTestAnswer } from './channel-answers.ts';
import {
  byChannel,
  changedChannel,
  newChannel,
  removal,
  type ByChannel,
  type NewChannel,
  type Removal,
  type WrittenChannel,
} from './channel-requests.ts';
import { basisOf, secretsAfter, settingsOf } from './channel-settings.ts';
import { Door, type Reply } from './door.ts';
import { noWords } from './feed-requests.ts';
import { requestAnswer } from './request-answers.ts';
import { AskedTenant } from './tenant.ts';
import { AskedTerms, type Terms } from './terms.ts';
import { AskedVersion } from './version.ts';

/** A message on a test is waited for as long as an outcome is. */
const TRIED_WITHIN_MS = 5_000;

type Owned = { readonly tenant: string; readonly channelId: string };
type Secret = { readonly ref: string; readonly isNew: boolean };

/** What people ask of channels: setting one up, changing and removing it, and whether anything arrives. */
@ApiTags('channels')
@Controller('api/channels')
export class ChannelRequestController {
  constructor(
    private readonly door: Door,
    private readonly channels: Channels,
    private readonly ledger: Notifications,
    private readonly secrets: SecretFiles,
  ) {}

  @Ask({
    path: '',
    summary: 'Sets up a channel. Its secret is written to a file, and from then on only named.',
    body: newChannel,
    answer: requestAnswer,
    isOfTenant: true,
    problems: ['no-place-for-secrets'],
  })
  add(
    @Body() { id: channelId, ...channel }: NewChannel,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const owned = { tenant, channelId };
    return this.#withSecret(owned, channel, terms, (ref) => {
      const data = { ...owned, channel: settingsOf(channel, secretsAfter([], ref, channel)) };
      return this.door.ask({ command: { type: 'AddChannel', data } }, terms, reply);
    });
  }

  @Ask({
    path: ':id',
    method: 'PUT',
    summary: 'Makes a channel as it is written here. Secrets stay as they are unless there is a new one.',
    params: byChannel,
    body: changedChannel,
    answer: requestAnswer,
    isOfTenant: true,
    isOfVersion: true,
    problems: ['unknown-channel', 'no-place-for-secrets'],
  })
  async change(
    @Param() { id: channelId }: ByChannel,
    @Body() channel: WrittenChannel,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @AskedVersion() version: number | null,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    if (terms.key !== null && version === null)
      throw Problem.of('invalid-body', [
        {
          pointer: '/header/If-Match',
          detail: 'is missing: under an Idempotency-Key a change says what it is made of',
        },
      ]);
    const owned = { tenant, channelId };
    const earlier = await this.channels.known(tenant, channelId);
    return this.#withSecret(owned, channel, terms, (ref) => {
      const settings = settingsOf(channel, secretsAfter(earlier.secretRefs, ref, channel));
      // The secrets are those of the version that was read here, so nobody may have changed them since.
      const data = { ...owned, channel: settings, basedOn: basisOf(version, earlier.version) };
      return this.door.ask({ command: { type: 'ChangeChannel', data } }, terms, reply);
    });
  }

  @Ask({
    path: ':id',
    method: 'DELETE',
    summary: 'Removes a channel; what it was told stays in the ledger.',
    params: byChannel,
    body: removal,
    answer: requestAnswer,
    isOfTenant: true,
  })
  remove(
    @Param() { id: channelId }: ByChannel,
    @Body() said: Removal | undefined,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const data = { tenant, channelId, reason: said?.reason ?? 'It is not needed any more.' };
    return this.door.ask({ command: { type: 'RemoveChannel', data } }, terms, reply);
  }

  @Ask({
    path: ':id/test',
    summary: 'Sends a message that says that it is a test, and tells whether it arrived.',
    params: byChannel,
    body: noWords,
    answer: channelTestAnswer,
    isOfTenant: true,
  })
  test(
    @Param() { id: channelId }: ByChannel,
    @AskedTerms() terms: Terms,
    @AskedTenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<string> {
    const command = { type: 'TestChannel', data: { tenant, channelId } } as const;
    return this.door.ask({ command }, terms, reply, async (facts) => ({
      delivery: await this.ledger.triedOf(facts, facts.length > 0 ? TRIED_WITHIN_MS : 0),
    }));
  }

  /** Puts the secret away before anything is asked, and takes it away again when that comes to nothing. */
  async #withSecret(
    owned: Owned,
    channel: WrittenChannel,
    { key }: Terms,
    ask: (ref: SecretRef['ref'] | null) => Promise<string>,
  ): Promise<string> {
    const secret = await this.#keep(channel, owned, key);
    try {
      return await ask(secret?.ref ?? null);
    } catch (error) {
      if (secret !== null && error instanceof Problem && error.status < 500) await this.secrets.forget(secret);
      throw error;
    }
  }

  async #keep(channel: WrittenChannel, owned: Owned, key: string | null): Promise<Secret | null> {
    const { secret, secret_ref: ref } = channel;
    if (secret !== undefined && ref !== undefined)
      throw Problem.of('invalid-body', [{ pointer: '/body/secret_ref', detail: 'must not stand beside secret' }]);
    if (ref !== undefined) return { ref, isNew: false };
    if (secret === undefined) return null;
    const kept = await this.secrets.keep(secret, owned, key);
    switch (kept.kind) {
      case 'kept':
        return kept;
      case 'key-taken':
        throw new Problem('key-taken', 'Under this Idempotency-Key another secret was kept.');
      case 'nowhere':
        throw new Problem('no-place-for-secrets', 'SECRETS_DIRECTORY is not set, so a secret cannot be kept.');
    }
  }
}
