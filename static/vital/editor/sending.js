// Sends what was done. Every end it can come to is told apart: saved, refused, somebody was faster, logged out, no network.

export class Unreachable extends Error {}
export class LoggedOut extends Error {}

const post = (address, token, content) =>
  fetch(address, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(content),
  });

export async function send(form, content, address = location.pathname) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  let response;
  try {
    response = await post(address, token.value, content);
    if (response.status === 403 && !isJson(response)) {
      // Somebody has logged in anew meanwhile, in another tab: the page's token is that of the session before.
      const page = await fetch(location.href, { headers: { briefly: "1" }, redirect: "manual" });
      const fresh = page.ok && new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
      if (!fresh) throw new LoggedOut();
      token.value = fresh.value;
      response = await post(address, token.value, content);
    }
  } catch (error) {
    throw error instanceof LoggedOut ? error : new Unreachable();
  }
  if (response.type === "opaqueredirect" || (response.status === 403 && !isJson(response))) throw new LoggedOut();
  if (!isJson(response)) throw new Unreachable();
  return { status: response.status, ...(await response.json()) };
}

const isJson = (response) => (response.headers.get("Content-Type") ?? "").startsWith("application/json");
