import { setTimeout as sleep } from 'node:timers/promises';
import { Conflict } from './errors.js';

const ATTEMPTS = 200;

/** Calls `attempt` again while it throws a Conflict. Pauses are random, so that rivals don't meet again at once. */
export async function retry(attempt) {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Conflict) || n === ATTEMPTS) throw error;
    }
    await sleep(Math.random() * Math.min(n, 10));
  }
}
