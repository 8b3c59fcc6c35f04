import { Cancelled } from './cancelled.ts';
import { NoAnswer } from './no-answer.ts';

/**
 * Waits for an action until its deadline, or until whoever asked says that it is no longer needed. The action is told
 * through its signal; the caller is answered then whether the action listens or not.
 * @throws {NoAnswer} at the deadline. @throws {Cancelled} when told to stop.
 */
export async function within<T>(
  target: string,
  { timeoutMs, cancel }: { readonly timeoutMs: number; readonly cancel: AbortSignal | undefined },
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (cancel?.aborted) throw new Cancelled(target, cancel.reason);
  const controller = new AbortController();
  let settle: () => void = () => undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const end = (reason: NoAnswer | Cancelled): void => {
        reject(reason);
        controller.abort(reason);
      };
      const onCancel = (): void => {
        end(new Cancelled(target, cancel?.reason));
      };
      const timer = setTimeout(() => {
        end(new NoAnswer('timeout', `${target} did not answer within ${timeoutMs} ms`));
      }, timeoutMs);
      settle = () => {
        clearTimeout(timer);
        cancel?.removeEventListener('abort', onCancel);
      };
      cancel?.addEventListener('abort', onCancel);
      action(controller.signal).then(resolve, reject);
    });
  } finally {
    settle();
  }
}
