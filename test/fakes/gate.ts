/** Holds a call back until a test lets it go on. */
export interface Gate {
  /** Resolves once the gate is open, then for ever. */
  readonly passed: Promise<void>;
  readonly open: () => void;
}

export const createGate = (): Gate => {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
};
