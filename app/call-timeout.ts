/** How long a call to a platform may take. */
import type { Config } from '../src/config/config.ts';

/** Ten seconds: less than the part of a lease that must be left when a call begins. */
export const callTimeoutMs = ({ leaseMs }: Config['lease']): number =>
  Math.min(10_000, Math.floor(leaseMs / 3));
