import { expect, it } from 'vitest';
import { contentWords } from '../../../../src/drivers/local-embedder/content-words.ts';

it.each([
  ['How do I reset my password?', 'reset password'],
  ['| Error 809 | the network *blocks* UDP |', 'error 809 network blocks udp'],
  ['## v1.29\n\n- deploy_k8s', 'v1.29 deploy k8s'],
  ['The café’s menu', 'café s menu'],
])('leaves of %j what it is about', (text, words) => {
  expect(contentWords(text)).toBe(words);
});

it.each([
  'the',
  'What is it?',
  '???',
  '',
])('leaves %j as it is when nothing else is there', (text) => {
  expect(contentWords(text)).toBe(text);
});
