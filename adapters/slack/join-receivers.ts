/** Lets one Bolt app take events from several transports. */
import type { Receiver } from '@slack/bolt';

/** Starts and stops all of them together. */
export const joinReceivers = (receivers: readonly Receiver[]): Receiver => ({
  init(app) {
    for (const receiver of receivers) receiver.init(app);
  },
  start: () => Promise.all(receivers.map((receiver) => receiver.start())),
  stop: () => Promise.all(receivers.map((receiver) => receiver.stop())),
});
