// What a strategy throws when it knows that nothing happened. Everything else that it throws leaves the outcome open.

export class NoSuchWallet extends Error {
  statusCode = 404;
  body = { error: 'no such wallet' };
}

export class Insufficient extends Error {
  statusCode = 409;

  /** `balance` is what the strategy saw. One that saw none leaves it out. */
  constructor(balance) {
    super('insufficient');
    this.body = { error: 'insufficient', balance };
  }
}

/** Someone else was faster: it may work if it is tried again. */
export class Conflict extends Error {
  statusCode = 409;
  body = { error: 'conflict' };
}

/** Others held the lock for so long that we gave up. */
export class Busy extends Error {
  statusCode = 409;
  body = { error: 'busy' };
}
