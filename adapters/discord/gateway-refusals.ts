/** What somebody has to change before Discord lets us in again. */
import { GatewayCloseCodes } from 'discord-api-types/v10';
import type { SafeDetails } from '../../src/domain/errors.ts';

export interface GatewayRefusal {
  /** The line in the log. */
  readonly event: string;
  readonly details: SafeDetails;
}

const refusals: Readonly<Record<number, GatewayRefusal>> = {
  [GatewayCloseCodes.AuthenticationFailed]: {
    event: 'discord refuses DISCORD_TOKEN, copy it anew from the developer portal',
    details: { setting: 'DISCORD_TOKEN' },
  },
  [GatewayCloseCodes.DisallowedIntents]: {
    event:
      'discord refuses the Message Content intent, switch it on in the developer portal or set discord.messageContent to false',
    details: { intent: 'Message Content' },
  },
};

/**
 * Of a code with which a connection is closed for good.
 *
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 */
export const gatewayRefusal = (closeCode: number): GatewayRefusal =>
  refusals[closeCode] ?? { event: 'discord refuses the connection', details: {} };
