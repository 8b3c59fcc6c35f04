/**
 * Waits for statements that were sent together, and returns their answers. Once one of them has failed, PostgreSQL
 * refuses all that follow in its transaction, so the first failure in the order of sending is the one that tells why.
 */
export async function together<Sent extends readonly unknown[] | []>(
  sent: Sent,
): Promise<{ -readonly [Place in keyof Sent]: Awaited<Sent[Place]> }> {
  for (const outcome of await Promise.allSettled(sent)) if (outcome.status === 'rejected') throw outcome.reason;
  return Promise.all(sent);
}
