import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ground } from '../ground.ts';
import { MeasuredLane } from './measured-lane.ts';

/** What one event takes, in bytes, on average. */
export type Bytes = {
  readonly body: number;
  /** As the server counts a message: subject, headers and body. */
  readonly message: number;
  /** In the files of the stream, with whatever the server keeps beside the messages. */
  readonly onDisk: number;
  readonly compression: 's2' | 'none';
};

/** Fills a lane and looks at its files. Blocks are compressed when they are full: the last one never is. */
export async function bytesPerEvent(ground: Ground, events: number): Promise<Bytes> {
  const lane = await MeasuredLane.open(ground);
  const entries = await lane.fill(events);
  const { state, config } = await lane.manager.streams.info(lane.stream);
  const onDisk = await sizeOf(ground.natsDirectory, lane.stream);
  await lane.close();
  return {
    body: entries.reduce((sum, { body }) => sum + body.length, 0) / events,
    message: state.bytes / events,
    onDisk: onDisk / events,
    compression: config.compression === 's2' ? 's2' : 'none',
  };
}

/** The size of all files below the folder of that name, wherever the server has put it. */
async function sizeOf(directory: string, stream: string): Promise<number> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile() && join(file.parentPath, file.name).includes(`/${stream}/msgs/`))
    .map(async (file) => (await stat(join(file.parentPath, file.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
