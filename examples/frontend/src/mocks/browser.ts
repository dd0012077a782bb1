import { setupWorker } from "msw/browser";
import { userWebhookMock } from "./user-webhook-mock";

export const mock = userWebhookMock();
export const worker = setupWorker(...mock.handlers);
