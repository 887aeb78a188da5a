import { createTransport } from "nodemailer";
import type { Mailbox } from "./mailbox.js";

/** A mail of plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mails. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** Returns a mailer that hands mails to an SMTP server, such as `smtps://user:password@mail.example.com`. */
export function createSmtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(url);
  return {
    send: async ({ to, ...mail }) => {
      // As an object: nodemailer reads a text as a list, in which "x<somebody@example.com>" is the address of somebody else.
      await transport.sendMail({ ...mail, from, to: { name: "", address: to } });
    },
  };
}

/** Returns a mailer for development: mails go to the page /mailbox. */
export function createMailboxMailer(mailbox: Mailbox): Mailer {
  return { send: async (mail) => mailbox.add(mail) };
}

/**
 * Does what a response must not wait for: the time that the mail server takes would tell whether somebody has an account. A failure
 * is logged without its message, which may have an address in it.
 */
export function afterResponse(work: () => Promise<unknown>): void {
  setImmediate(() => {
    work().catch((error: unknown) => {
      const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
      console.error(`A mail was not sent: ${String(code ?? name)}`);
    });
  });
}
