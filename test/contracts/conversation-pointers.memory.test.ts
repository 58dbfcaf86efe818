/** The contract of the pointers to conversations in memory. */
import { describe } from 'vitest';
import { createMemoryConversationPointers } from '../../src/drivers/memory/memory-conversation-pointers.ts';
import { describeConversationPointers } from './conversation-pointers.contract.ts';

describe('pointers to conversations in memory', () =>
  describeConversationPointers(async () => createMemoryConversationPointers()));
