/** The delivery of platforms whose readers follow the AnswerLog: there is no message to edit. */
import type { Delivery } from '../reply/deliver-answer.ts';

const nothing = async (): Promise<void> => {};

export const silentDelivery: Delivery = {
  status: () => {},
  rests: () => {},
  delta: () => {},
  finish: nothing,
  notice: nothing,
  noticePrivately: nothing,
  remove: nothing,
  removeStrays: nothing,
  halt: nothing,
};
