let token = "";

/** What the control API does not do; the message has what, the rule and what to do. */
export class ApiError extends Error {
  constructor(status, { what, rule, remedy }) {
    super([`${what}.`, rule, remedy && `${remedy[0].toUpperCase()}${remedy.slice(1)}`].filter(Boolean).join(" "));
    this.status = status;
  }
}

/** Send this control token from now on. It is kept in memory only. */
export function useToken(given) {
  token = given;
}

/** Return the response of the control API, or throw a ApiError. */
export async function ask(method, path, content) {
  const response = await fetch(`/__mock__${path}`, {
    method,
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    body: content === undefined ? undefined : JSON.stringify(content),
  });
  if (!response.ok) {
    throw new ApiError(response.status, await response.json());
  }
  return response;
}

/** Return what the control API answers, as JSON; nothing where the answer has no body. */
export async function call(method, path, content) {
  const response = await ask(method, path, content);
  return response.status === 204 ? null : response.json();
}
