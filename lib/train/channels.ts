// What a run tells everybody in the process who listens, by node:diagnostics_channel.
import { channel } from 'node:diagnostics_channel';

const channels = {
  step: channel('flambeau:step'),
  evaluation: channel('flambeau:evaluation'),
  epoch: channel('flambeau:epoch'),
  checkpoint: channel('flambeau:checkpoint'),
} as const;

/** The kinds of events of a run; the channel of each is `flambeau:<name>`. */
export type EventName = keyof typeof channels;

/** Tells the listeners of a channel; without any it costs one test. */
export function publish(name: EventName, message: object): void {
  if (channels[name].hasSubscribers) channels[name].publish(message);
}
