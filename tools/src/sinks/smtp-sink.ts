import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { Inbox } from './inbox.ts';

/** The header under which our mails carry the notification's id. */
const ID_HEADER = 'x-tocsin-notification-id';

/** A mail server that takes everything, delivers nothing, and answers for what it took only once it is written down. */
export function createSmtpSink(inbox: Inbox): SMTPServer {
  return new SMTPServer({
    name: 'sink.localhost',
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      takeIn(inbox, stream).then(
        () => {
          done();
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
  });
}

async function takeIn(inbox: Inbox, stream: NodeJS.ReadableStream): Promise<void> {
  const mail = await PostalMime.parse(await buffer(stream));
  inbox.receive({
    channel: 'email',
    notificationId: mail.headers.find(({ key }) => key === ID_HEADER)?.value ?? null,
    title: mail.subject ?? '(no subject)',
    text: (mail.text ?? '').trim().split('\n')[0] ?? '',
    isAuthentic: null,
    arrivedAt: new Date().toISOString(),
  });
}
