const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function page(title: string, content: string, heading = title): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
  body { max-width: 24rem; margin: 3rem auto; padding: 0 1rem }
  form { display: grid; gap: 0.75rem }
  label { display: grid; gap: 0.25rem }
  input, button { font: inherit; padding: 0.5rem 0.75rem }
</style>
<main>
<h1>${heading}</h1>
${content}
</main>
</html>`;
}

export function homePage(email: string | null): string {
  if (email === null) return page("Welcome", `<p><a href="/sign-up">Sign up</a> or <a href="/log-in">log in</a>.</p>`);
  return page(
    "Welcome",
    `<p>You are logged in as ${escapeHtml(email)}. There is a <a href="/private">private page</a>.</p>
    <form method="post" action="/log-out"><button>Log out</button></form>`,
  );
}

export function privatePage(email: string): string {
  return page("Private", `<p>Only you can read this, ${escapeHtml(email)}.</p><p><a href="/">Back</a></p>`);
}

/** The response to an error. It says nothing of what has happened, which is for the log. */
export function errorPage(): string {
  return page("Something went wrong", `<p>Try again in a moment, or go <a href="/">back</a>.</p>`);
}

/** What is wrong with a form that was sent, and the field that it concerns: null for the form as a whole. */
export interface FormError {
  readonly text: string;
  readonly field: "email" | "password" | null;
}

/** The form for a sign-up and for a login. */
export function credentialsPage(path: "/sign-up" | "/log-in", email = "", error?: FormError): string {
  const isNew = path === "/sign-up";
  const title = isNew ? "Sign up" : "Log in";
  // A screen reader says these texts with the field.
  const describe = (field: FormError["field"], hint = "") => {
    const isWrong = error?.field === field;
    const ids = `${isWrong ? "error " : ""}${hint}`.trim();
    return `${isWrong ? ` aria-invalid="true"` : ""}${ids === "" ? "" : ` aria-describedby="${ids}"`}`;
  };
  const password = isNew
    ? `autocomplete="new-password" minlength="8"${describe("password", "hint")}`
    : `autocomplete="current-password"${describe("password")}`;
  return page(
    error === undefined ? title : `Error: ${title}`,
    `<form method="post" action="${path}">
      ${error === undefined ? "" : `<p role="alert" id="error"><strong>${escapeHtml(error.text)}</strong></p>`}
      <label>Email address <input type="email" name="email" value="${escapeHtml(email)}" autocomplete="username" required${describe("email")}></label>
      <label>Password <input type="password" name="password" required ${password}></label>
      ${isNew ? `<small id="hint">At least 8 characters.</small>` : ""}
      <button>${title}</button>
    </form>`,
    title,
  );
}
