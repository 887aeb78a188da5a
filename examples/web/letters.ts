import type { Mail } from "./mail.js";

/** The texts of all mails. Each says what to do with it, and that whoever did not ask for it can ignore it. */

const SIGNATURE = "Lantern Post";

function letter(to: string, subject: string, ...paragraphs: string[]): Mail {
  return { to, subject, text: [...paragraphs, SIGNATURE].join("\n\n") };
}

export function confirmationLetter(to: string, link: string): Mail {
  return letter(
    to,
    "Confirm your address",
    "Welcome to Lantern Post. Open this link within a day and enter the password that you chose:",
    link,
    "If you did not sign up, ignore this mail. Nobody can use your address without your confirmation.",
  );
}

export function accountExistsLetter(to: string, link: string): Mail {
  return letter(
    to,
    "You already have an account",
    "Somebody, probably you, tried to sign up with this address. You already have an account. Log in here:",
    link,
    "If you have forgotten your password, the page also leads to a new one. If it was not you, ignore this mail.",
  );
}

export function logInLinkLetter(to: string, link: string): Mail {
  return letter(
    to,
    "Your link to log in",
    "Open this link within ten minutes to log in. It works once:",
    link,
    "If you did not ask for it, ignore this mail, and do not pass the link on.",
  );
}

export function logInCodeLetter(to: string, code: string): Mail {
  return letter(
    to,
    `Your code is ${code}`,
    `Enter ${code} where you are logging in. It is valid for ten minutes.`,
    "Give the code to nobody. If you did not ask for it, ignore this mail.",
  );
}

export function passwordResetLetter(to: string, link: string): Mail {
  return letter(
    to,
    "Choose a new password",
    "Open this link within 15 minutes to choose a new password:",
    link,
    "If you did not ask for it, ignore this mail. Your password stays as it is.",
  );
}

export function passwordChangedLetter(to: string, link: string): Mail {
  return letter(
    to,
    "Your password was changed",
    "The password of your account was changed, and your other devices were logged out.",
    "If it was not you, choose a new one immediately:",
    link,
  );
}

export function emailChangeLetter(to: string, link: string): Mail {
  return letter(
    to,
    "Confirm your new address",
    "Somebody, probably you, wants to use this address for an account at Lantern Post. Open this link within an hour:",
    link,
    "It asks for the login of that account. If you did not ask for it, ignore this mail: nothing changes.",
  );
}

export function emailChangedLetter(to: string, newEmail: string): Mail {
  return letter(
    to,
    "Your address was changed",
    `The address of your account at Lantern Post is now ${newEmail}. Mails no longer come here.`,
    "If it was not you, answer this mail.",
  );
}

export function goodbyeLetter(to: string): Mail {
  return letter(
    to,
    "Your account was deleted",
    "Your account and your notes were deleted, and cannot be brought back.",
    "Thank you for the time that you were here.",
  );
}
