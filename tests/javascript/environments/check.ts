export interface Mock {
  address: string;
  control: string;
  token: string;
  controlToken: string;
  id: string;
}

interface Options {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

export type Ask = (address: string, options: Options) => Promise<{ status: number; text: string }>;

/** Reset the mock, send one update, and ask for it; return each outcome. */
export async function check(ask: Ask, mock: Mock): Promise<unknown[]> {
  const headers = { Authorization: `Bearer ${mock.controlToken}`, "Content-Type": "application/json", traceparent: "00-1-2-01" };
  const control = (method: string, path: string, body?: string) =>
    ask(`${mock.control}/__mock__${path}`, { method, headers, body });
  const reset = await control("POST", "/reset");
  const updated = await ask(`${mock.address}/api/v2/public/webhooks/user/${mock.id}`, {
    method: "PATCH",
    headers: { ...headers, Authorization: `Bearer ${mock.token}` },
    body: '{"events":["all"]}',
  });
  const verified = JSON.parse((await control("POST", "/verify", '{"events":["all"],"exactly":1}')).text);
  const journal = JSON.parse((await control("GET", "/journal")).text);
  return [reset.status, updated.status, verified.verified, journal.entries.length];
}
