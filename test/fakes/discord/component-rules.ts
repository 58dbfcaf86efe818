/**
 * What may stand under a message, and in a modal. Components V2 are not known here.
 * @see https://discord.com/developers/docs/components/reference
 */
import { ButtonStyle, ComponentType, TextInputStyle } from 'discord-api-types/v10';
import { badLength, invalidForm, notAChoice, tooLong } from './refusal.ts';
import type { Json } from './world.ts';

/** Rows of up to five buttons, or one select. Throws 50035. */
export const checkComponents = (value: unknown): readonly Json[] => {
  const rows = listOf(value, 'components', { max: 5 });
  const seen = new Set<string>();
  rows.forEach((row, at) => {
    const field = `components.${at}`;
    if (row['type'] !== ComponentType.ActionRow)
      throw notAChoice(`${field}.type`, [ComponentType.ActionRow]);
    const inner = listOf(row['components'], `${field}.components`, { min: 1, max: 5 });
    const selects = inner.filter(({ type }) => type !== ComponentType.Button);
    if (selects.length > 0 && inner.length > 1)
      throw invalidForm(`${field}.components`, {
        ...{ code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message: 'The specified layout is too wide' },
      });
    inner.forEach((each, index) => {
      const place = `${field}.components.${index}`;
      if (each['type'] === ComponentType.Button) checkButton(each, place);
      else if (each['type'] !== ComponentType.StringSelect)
        throw notAChoice(`${place}.type`, [ComponentType.Button, ComponentType.StringSelect]);
      checkCustomId(each, { place, seen });
    });
  });
  return rows;
};

const checkButton = (button: Json, place: string): void => {
  const { style, label, url, custom_id, emoji } = button;
  if (typeof style !== 'number' || style < 1 || style > 5)
    throw notAChoice(`${place}.style`, [1, 2, 3, 4, 5]);
  if (typeof label === 'string' && label.length > 80) throw tooLong(`${place}.label`, 80);
  if (!label && !emoji) throw required(`${place}.label`);
  if (style !== ButtonStyle.Link) {
    if (custom_id === undefined) throw required(`${place}.custom_id`);
    return;
  }
  if (typeof url !== 'string') throw required(`${place}.url`);
  if (url.length > 512) throw tooLong(`${place}.url`, 512);
  if (!/^(https?|discord):\/\/\S+$/.test(url))
    throw invalidForm(`${place}.url`, {
      code: 'URL_TYPE_INVALID_SCHEME',
      message: `Scheme of "${url}" must be one of ('http', 'https', 'discord').`,
    });
};

/** Throws 50035; gives the modal back. */
export const checkModal = (data: Json): Json => {
  const { custom_id: customId, title } = data;
  if (typeof customId !== 'string') throw required('data.custom_id');
  if (customId.length < 1 || customId.length > 100) throw badLength('data.custom_id', 1, 100);
  if (typeof title !== 'string') throw required('data.title');
  if (title.length < 1 || title.length > 45) throw badLength('data.title', 1, 45);
  const seen = new Set<string>();
  listOf(data['components'], 'data.components', { min: 1, max: 5 }).forEach((row, at) => {
    const place = `data.components.${at}`;
    const input = inputOf(row, place);
    checkCustomId(input, { place, seen });
    checkTextInput(input, { place, isLabelled: row['type'] === ComponentType.Label });
  });
  return data;
};

/** In a row of its own, or in a label. */
const inputOf = (row: Json, place: string): Json => {
  if (row['type'] === ComponentType.Label) {
    const { label, component } = row;
    if (typeof label !== 'string') throw required(`${place}.label`);
    if (label.length < 1 || label.length > 45) throw badLength(`${place}.label`, 1, 45);
    return (component ?? {}) as Json;
  }
  if (row['type'] !== ComponentType.ActionRow)
    throw notAChoice(`${place}.type`, [ComponentType.ActionRow, ComponentType.Label]);
  return listOf(row['components'], `${place}.components`, { min: 1, max: 1 })[0] ?? {};
};

const checkTextInput = (
  input: Json,
  { place, isLabelled }: { readonly place: string; readonly isLabelled: boolean },
): void => {
  const { type, style, label, placeholder, min_length: min = 0, max_length: max = 4000 } = input;
  if (type !== ComponentType.TextInput)
    throw notAChoice(`${place}.type`, [ComponentType.TextInput]);
  if (style !== TextInputStyle.Short && style !== TextInputStyle.Paragraph)
    throw notAChoice(`${place}.style`, [1, 2]);
  if (!isLabelled && (typeof label !== 'string' || label.length < 1 || label.length > 45))
    throw badLength(`${place}.label`, 1, 45);
  if (typeof placeholder === 'string' && placeholder.length > 100)
    throw tooLong(`${place}.placeholder`, 100);
  if (Number(min) < 0 || Number(max) < 1 || Number(max) > 4000 || Number(min) > Number(max))
    throw badLength(`${place}.max_length`, 1, 4000);
};

const checkCustomId = (
  component: Json,
  { place, seen }: { readonly place: string; readonly seen: Set<string> },
): void => {
  const id = component['custom_id'];
  if (id === undefined && component['type'] === ComponentType.Button) return;
  if (typeof id !== 'string' || id.length < 1 || id.length > 100)
    throw badLength(`${place}.custom_id`, 1, 100);
  if (seen.has(id))
    throw invalidForm(`${place}.custom_id`, {
      code: 'COMPONENT_CUSTOM_ID_DUPLICATED',
      message: 'Component custom id cannot be duplicated',
    });
  seen.add(id);
};

export const listOf = (
  value: unknown,
  field: string,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): readonly Json[] => {
  const list = value ?? [];
  if (!Array.isArray(list))
    throw invalidForm(field, { code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used.' });
  if (list.length < min || list.length > max) throw badLength(field, min, max);
  return list;
};

export const required = (field: string) =>
  invalidForm(field, { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' });
