import { check, type Mock } from "./check.ts";

const ask = async (address: string, options: RequestInit) => {
  const response = await fetch(address, options);
  return { status: response.status, text: await response.text() };
};

Object.assign(window, { checked: (mock: Mock) => check(ask, mock) });
