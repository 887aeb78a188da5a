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

function page(title: string, content: string): string {
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
<h1>${title}</h1>
${content}
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

/** The form for a sign-up and for a login. */
export function credentialsPage(path: "/sign-up" | "/log-in", email = "", error?: string): string {
  const [title, autocomplete] = path === "/sign-up" ? ["Sign up", "new-password"] : ["Log in", "current-password"];
  return page(
    title,
    `<form method="post" action="${path}">
      ${error === undefined ? "" : `<p role="alert"><strong>${escapeHtml(error)}</strong></p>`}
      <label>Email address <input type="email" name="email" value="${escapeHtml(email)}" autocomplete="username" required></label>
      <label>Password <input type="password" name="password" autocomplete="${autocomplete}" required></label>
      <button>${title}</button>
    </form>`,
  );
}
