import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { ServiceName } from '@tocsin/contracts';

const ROOT = resolve(import.meta.dirname, '../..');

/** One service as a process of its own, without a supervisor: who ends it decides when it starts again. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Where its HTTP listens. */
    readonly url: string,
  ) {}

  /** Starts what was built of the service, and returns once it is open. */
  static async start(service: ServiceName, env: NodeJS.ProcessEnv): Promise<ServiceProcess> {
    const child = spawn(process.execPath, [join(ROOT, `services/${service}/dist/src/main.js`)], {
      env: { PATH: process.env['PATH'], HTTP_PORT: '0', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let words = '';
    child.stderr?.on('data', (bytes: Buffer) => (words += bytes.toString()));
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${service} ended before it was open: ${words}`);
    });
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ readonly open: string }];
    ended.catch(() => undefined); // From now on it may end.
    return new ServiceProcess(child, message.open);
  }

  /** Stops it for a while, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
