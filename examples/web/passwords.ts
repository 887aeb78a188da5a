import type { PasswordCheck } from "pevensie";

/** Passwords of eight characters or more that everybody tries first. An application asks a list of leaked ones: docs/auth.md. */
const COMMON = new Set(["password", "password1", "12345678", "123456789", "qwertyuiop", "iloveyou", "11111111"]);

/** Refuses passwords that are easy to guess. */
export const checkPassword: PasswordCheck = (password, { email }) => {
  const lower = password.toLowerCase();
  if (COMMON.has(lower)) throw new Error("is among the first that anybody would try");
  if (lower.includes(email) || lower === email.split("@")[0]) throw new Error("contains your email address");
};
