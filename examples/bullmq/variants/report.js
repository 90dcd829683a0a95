import { createHash } from 'node:crypto';

/** How long a worker has a job before others may think that it has died, unless it says that it hasn't. */
export const lockDuration = Number(process.env.LOCK_MS ?? 1000);

const LARGE_MS = lockDuration * 1.5;

/** Stands for work that keeps the processor busy, such as a PDF. Every fourth is a large one. */
export function render(job) {
  const until = Date.now() + (Number(job.id) % 4 === 1 ? LARGE_MS : 1);
  const hash = createHash('sha256');
  while (Date.now() < until) hash.update(JSON.stringify(job.data));
  return hash.digest('hex');
}
