import type { Labels } from '@tocsin/contracts';

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const SEPARATOR = 0xff;

/**
 * What makes an alert the same alert, as Prometheus and Alertmanager compute it: FNV-1a of 64 bits over the labels in the
 * order of their names, so that it is the id under which their own pages show it. Source:
 * github.com/prometheus/common, model/signature.go, `labelSetToFingerprint`.
 */
export function fingerprintOf(labels: Labels): string {
  let sum = OFFSET;
  const add = (byte: number): void => {
    sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * PRIME);
  };
  const names = Object.keys(labels).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  for (const name of names)
    for (const word of [name, labels[name] ?? '']) {
      for (const byte of Buffer.from(word)) add(byte);
      add(SEPARATOR);
    }
  return sum.toString(16).padStart(16, '0');
}
