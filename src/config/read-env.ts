/** Reads single settings out of the environment, with their defaults, and collects what is wrong with them. */
import { settings, settingsToCome } from './settings.ts';

export type Env = ReturnType<typeof readEnv>;

/** Readers of settings by their form; each puts what is wrong into `faults`, in the order in which they are called. */
export const readEnv = (env: Readonly<Record<string, string | undefined>>, faults: string[]) => {
  for (const name of settingsToCome) {
    if (env[name]) faults.push(`${name}: this part does not exist yet; unset it`);
  }
  const defaults = new Map(settings.map((one) => [one.name, one.default]));
  const given = (name: string): string => env[name]?.trim() ?? '';
  const text = (name: string): string => given(name) || (defaults.get(name) ?? '');
  return {
    given,
    text,
    fault: (sentence: string) => faults.push(sentence),
    integer(name: string, { min, max }: { readonly min: number; readonly max: number }): number {
      const value = Number(text(name));
      if (!Number.isInteger(value) || value < min || value > max) {
        faults.push(
          `${name}: got ${JSON.stringify(text(name))}, expected a whole number from ${min} to ${max}`,
        );
      }
      return value;
    },
    oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
      const found = values.find((value) => value === text(name));
      if (found === undefined) {
        faults.push(
          `${name}: got ${JSON.stringify(text(name))}, expected one of ${values.join(', ')}`,
        );
      }
      return found ?? (values[0] as Value);
    },
    list(name: string, { minLengthChars }: { readonly minLengthChars: number }): readonly string[] {
      const items = text(name)
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      if (items.some((item) => item.length < minLengthChars)) {
        faults.push(`${name}: expected each key to have at least ${minLengthChars} characters`);
      }
      return items;
    },
    url(name: string, protocols: readonly string[]): string {
      const value = text(name);
      const protocol = URL.canParse(value) ? new URL(value).protocol : '';
      if (!protocols.includes(protocol)) {
        faults.push(
          `${name}: expected a URL that begins with ${protocols.map((one) => `${one}//`).join(' or ')}`,
        );
      }
      return value;
    },
  };
};
