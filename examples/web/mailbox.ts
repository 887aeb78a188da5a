import type { Mail } from "./mail.js";

/** A mail that was sent. */
export interface ReceivedMail extends Mail {
  readonly id: number;
  readonly receivedAt: Date;
}

/** The last mails that were sent, in memory, for development and tests. */
export class Mailbox {
  readonly #mails: ReceivedMail[] = [];
  readonly #limit: number;
  #lastId = 0;

  /** @param limit - how many mails are kept */
  constructor(limit = 100) {
    this.#limit = limit;
  }

  add(mail: Mail): void {
    this.#lastId += 1;
    this.#mails.unshift({ ...mail, id: this.#lastId, receivedAt: new Date() });
    this.#mails.splice(this.#limit);
  }

  /** Returns the mails, newest first. */
  list(): readonly ReceivedMail[] {
    return this.#mails;
  }

  get(id: number): ReceivedMail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }
}
