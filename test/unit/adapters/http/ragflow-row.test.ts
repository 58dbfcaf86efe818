import { describe, expect, it } from 'vitest';
import { renderRow } from '../../../../adapters/http/ragflow-row.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { httpTurnId } from '../../../../src/domain/turn-id.ts';
import { buildConversation, buildDialog, buildReference, buildTurn } from '../../../fakes/build.ts';

const conversation = buildConversation();
const dialog = { ...buildDialog(), prompt: { ...buildDialog().prompt, prologue: 'Hi!' } };
const askedAt = new Date('2026-01-05T09:00:00.500Z');
const endedAt = new Date('2026-01-05T09:00:02.000Z');

const turn = (messageId: string, overrides: Partial<Turn> = {}): Turn =>
  buildTurn({
    id: httpTurnId(conversation.id, messageId),
    question: { text: `Question ${messageId}` },
    askedAt,
    ...overrides,
  });

const row = (...turns: readonly Turn[]) => renderRow({ conversation, dialog, turns });

describe('a row', () => {
  it('has the prologue, then pairs that share the id of the client', () => {
    const answered = turn('m-1', {
      state: 'done',
      endedAt,
      answer: { text: '28 [ID:0]' },
      reference: buildReference(),
    });
    expect(row(answered).message).toEqual([
      { role: 'assistant', content: 'Hi!' },
      { role: 'user', content: 'Question m-1', id: 'm-1', created_at: 1_767_603_600.5 },
      { role: 'assistant', content: '28 [ID:0]', id: 'm-1', created_at: 1_767_603_602 },
    ]);
  });

  it('has no greeting when the prologue is empty', () => {
    expect(renderRow({ conversation, dialog: buildDialog(), turns: [] }).message).toEqual([]);
  });

  it('has one reference per answer, none for a question that waits or was stopped before its answer', () => {
    const { message, reference } = row(
      turn('m1', { state: 'done', answer: { text: '28' }, reference: buildReference() }),
      turn('m2', { state: 'failed', error: { code: 'model_refused' } }),
      turn('m3', { state: 'cancelled' }),
      turn('m4', { state: 'cancelled', answer: { text: 'Twen', unfinished: 'stopped' } }),
      turn('m5'),
    );
    expect(message.map(({ role, content, id }) => [role, content, id])).toEqual([
      ['assistant', 'Hi!', undefined],
      ['user', 'Question m1', 'm1'],
      ['assistant', '28', 'm1'],
      ['user', 'Question m2', 'm2'],
      [
        'assistant',
        '**ERROR**: The language model refused to answer this. Please try other words.',
        'm2',
      ],
      ['user', 'Question m3', 'm3'],
      ['user', 'Question m4', 'm4'],
      ['assistant', 'Twen', 'm4'],
      ['user', 'Question m5', 'm5'],
    ]);
    expect(reference.map(({ total }) => total)).toEqual([1, 0, 0]);
  });

  it('shows a chunk without tokens, vectors or what is ours', () => {
    const { reference } = row(
      turn('m1', { state: 'done', answer: { text: '28' }, reference: buildReference() }),
    );
    expect(reference[0]?.chunks).toEqual([
      {
        id: 'chunk-1',
        content: 'Everybody has 28 days of leave a year.',
        document_id: 'document-1',
        document_name: 'Leave',
        dataset_id: 'handbook',
        image_id: '',
        positions: [[1, 0, 0, 0, 0]],
        url: null,
        similarity: 0.7,
        vector_similarity: 0.7,
        term_similarity: 0.7,
        doc_type: '',
      },
    ]);
  });
});
