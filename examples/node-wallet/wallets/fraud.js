import { setTimeout as sleep } from 'node:timers/promises';

/** Stands for the request to another service that most payments wait for. Every `slowEvery`th takes `slowMs`. */
export class FraudCheck {
  #requests = 0;

  constructor({ slowEvery = Infinity, slowMs = 1 } = {}) {
    this.slowEvery = slowEvery;
    this.slowMs = slowMs;
  }

  async check() {
    this.#requests++;
    await sleep(this.#requests % this.slowEvery === 0 ? this.slowMs : 1);
  }
}
