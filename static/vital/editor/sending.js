// Sends what was done. Every end it can come to is told apart: saved, refused, somebody was faster, logged out, no network.

export class Unreachable extends Error {}
export class LoggedOut extends Error {}
export class SomebodyElse extends Error {}

const UNREACHABLE = [502, 503, 504]; // what stands before the server says that it does not answer

const post = (address, token, content) =>
  fetch(address, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(content),
  });

// The page as it is now, or the part of it that changes; null where it cannot be had.
export async function anew() {
  try {
    const page = await fetch(location.href, { headers: { briefly: "1" }, redirect: "manual" });
    const fresh = page.ok && new DOMParser().parseFromString(await page.text(), "text/html");
    return fresh && fresh.getElementById("edit") ? fresh : null;
  } catch {
    return null;
  }
}

export async function send(form, content, address = location.pathname) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  let response = await reached(() => post(address, token.value, content));
  if (response.status === 403 && !isJson(response)) {
    // Somebody has logged in anew meanwhile, in another tab: the page's token is that of the session before.
    const fresh = (await anew())?.getElementById("edit");
    if (!fresh) throw new LoggedOut();
    if (fresh.dataset.who !== form.dataset?.who) {
      throw new SomebodyElse("Somebody else has logged in here meanwhile. Nothing is lost: log in as yourself in another tab, and save again.");
    }
    token.value = fresh.querySelector("[name=csrfmiddlewaretoken]").value;
    response = await reached(() => post(address, token.value, content));
  }
  if (response.type === "opaqueredirect" || (response.status === 403 && !isJson(response))) throw new LoggedOut();
  if (isJson(response)) return { status: response.status, ...(await response.json()) };
  if (UNREACHABLE.includes(response.status)) throw new Unreachable();
  return { status: response.status };
}

async function reached(ask) {
  try {
    return await ask();
  } catch {
    throw new Unreachable();
  }
}

const isJson = (response) => (response.headers.get("Content-Type") ?? "").startsWith("application/json");
