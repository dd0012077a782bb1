import { expect, inject, test } from "vitest";
import { check, type Ask } from "./check.ts";

const byFetch: Ask = async (address, options) => {
  const response = await fetch(address, options);
  return { status: response.status, text: await response.text() };
};

const byXhr: Ask = (address, { method, headers, body }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () => reject(new Error("refused"));
    request.send(body ?? null);
  });

test("the control API is reached by fetch", async () => {
  expect(await check(byFetch, inject("mock"))).toEqual([204, 201, true, 1]);
});

test.runIf("XMLHttpRequest" in globalThis)("the control API is reached by XMLHttpRequest", async () => {
  expect(await check(byXhr, inject("mock"))).toEqual([204, 201, true, 1]);
});
