import { describe, expect, it } from 'vitest';
import {
  encodeFrame,
  endFrame,
  readerAt,
  renderEntry,
} from '../../../../adapters/http/render-frames.ts';
import type { AnswerEvent } from '../../../../src/domain/chat-event.ts';
import { buildReference } from '../../../fakes/build.ts';
import { delta, final, reasoning, reset } from './http-fixture.ts';

const subject = { messageId: 'm1', conversationId: 'c1', nowMs: 1_767_603_600_500 };

/** The stream's text for the events, whose ids are 1-0, 1-1, … */
const render = (events: readonly AnswerEvent[], lastEventId?: string): string => {
  let state = readerAt(lastEventId);
  let text = '';
  for (const [index, event] of events.entries()) {
    const rendered = renderEntry(state, { id: `1-${index}`, event }, subject);
    state = rendered.state;
    text += rendered.frames.map(encodeFrame).join('');
  }
  return text + encodeFrame(endFrame);
};

const deltaData = (answer: string, more = '') =>
  `{"answer":"${answer}","reference":{"chunks":[]},"audio_binary":null,"final":false,"id":"m1","session_id":"c1"${more}}`;
const frame = (id: string, data: string) =>
  `id:${id}\ndata:{"code":0,"message":"","data":${data}}\n\n`;
const end = 'data:{"code":0,"message":"","data":true}\n\n';

describe('the frames', () => {
  it('are those of RAGFlow v1, with an id and the decorated text', () => {
    const chunk =
      '{"id":"chunk-1","content":"Everybody has 28 days of leave a year.","document_id":"document-1","document_name":"Leave","dataset_id":"handbook","image_id":"","positions":[[3,2,2,2,2]],"url":"https://example.com/leave#days","similarity":0.7,"vector_similarity":0.7,"term_similarity":0.7,"doc_type":""}';
    const finalData = `{"answer":"","reference":{"total":1,"chunks":[${chunk}],"doc_aggs":[{"doc_name":"Leave","doc_id":"document-1","count":1}]},"prompt":"","created_at":1767603600.5,"final":true,"audio_binary":null,"id":"m1","session_id":"c1","final_answer":"28 días [ID:0]."}`;
    const events = [reset(), delta('28 '), delta('días'), final('28 días [ID:0].')];
    expect(render(events)).toBe(
      frame('1-1', deltaData('28 ')) +
        frame('1-2', deltaData('días')) +
        frame('1-3~end', finalData) +
        end,
    );
  });

  it('put marks around reasoning', () => {
    const events = [reset(), reasoning('hm'), reasoning('…'), delta('28')];
    expect(render(events)).toBe(
      frame('1-0~think', deltaData('', ',"start_to_think":true')) +
        frame('1-1~think', deltaData('hm')) +
        frame('1-2~think', deltaData('…')) +
        frame('1-2', deltaData('', ',"end_to_think":true')) +
        frame('1-3', deltaData('28')) +
        end,
    );
  });

  it('tell a reader to forget the attempt before, thinking included', () => {
    const events = [reset(), delta('2'), reasoning('hm'), reset(2), delta('28')];
    expect(render(events)).toBe(
      frame('1-1', deltaData('2')) +
        frame('1-1~think', deltaData('', ',"start_to_think":true')) +
        frame('1-2~think', deltaData('hm')) +
        frame('1-2', deltaData('', ',"end_to_think":true')) +
        frame('1-3', deltaData('', ',"reset":true,"attempt":2')) +
        frame('1-4', deltaData('28')) +
        end,
    );
  });

  it('say the sentence of an error and nothing else of it', () => {
    const sentence = 'The language model is busy. Please ask again in a minute.';
    expect(render([reset(), { type: 'error', code: 'model_rate_limited' }])).toBe(
      `id:1-1~end\ndata:{"code":500,"message":"${sentence}","data":{"answer":"**ERROR**: ${sentence}","reference":[]}}\n\n${end}`,
    );
  });

  it.each([
    ['answer_cancelled', 'This answer was stopped.'],
    ['lease_lost', 'Something is wrong on my side, and it has been noted. Please try again later.'],
    ['toString', 'Something is wrong on my side, and it has been noted. Please try again later.'],
  ])('have a sentence for %s', (code, sentence) => {
    expect(render([{ type: 'error', code }])).toContain(`"message":"${sentence}"`);
  });

  it('have an empty reference when nothing was retrieved, and say what is unfinished', () => {
    const event = {
      ...final('28'),
      reference: buildReference({ chunks: [] }),
      unfinished: 'stalled',
    } as AnswerEvent;
    expect(render([event])).toContain('"answer":"","reference":{},"prompt":""');
    expect(render([event])).toContain('"final_answer":"28","unfinished":"stalled"');
  });

  it('are none for a status', () => {
    expect(render([reset(), { type: 'status', phase: 'retrieving' }])).toBe(end);
  });
});

describe('a reader that comes back', () => {
  it('in thinking does not think anew', () => {
    expect(render([reasoning('more'), delta('28')], '0-7~think')).toBe(
      frame('1-0~think', deltaData('more')) +
        frame('1-0', deltaData('', ',"end_to_think":true')) +
        frame('1-1', deltaData('28')) +
        end,
    );
  });

  it('is told to forget when the log begins anew', () => {
    expect(render([reset(), delta('28')], '0-7')).toBe(
      frame('1-0', deltaData('', ',"reset":true,"attempt":1')) +
        frame('1-1', deltaData('28')) +
        end,
    );
  });

  it.each([
    [undefined, { entryId: undefined, phase: 'answering', blank: true }],
    ['12-3', { entryId: '12-3', phase: 'answering', blank: false }],
    ['12-3~think', { entryId: '12-3', phase: 'thinking', blank: false }],
    ['12-3~end', { entryId: undefined, phase: 'ended', blank: false }],
    ['stored-3~end', { entryId: undefined, phase: 'ended', blank: false }],
    ['stored-2', { entryId: undefined, phase: 'answering', blank: false }],
    ['', { entryId: undefined, phase: 'answering', blank: false }],
    ['no id\n', { entryId: undefined, phase: 'answering', blank: false }],
    ['x'.repeat(65), { entryId: undefined, phase: 'answering', blank: false }],
  ])('with %j stands at its place', (lastEventId, state) => {
    expect(readerAt(lastEventId)).toEqual(state);
  });
});
