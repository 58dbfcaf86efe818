/** Reads along what this process prints, by whatever way. */

const consoleMethods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** Calls `see` with every text that goes to the console, to standard output or error, or into a warning, until the returned function is called. */
export const watchOutput = (see: (text: unknown) => void): (() => void) => {
  const undo: (() => void)[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write;
    stream.write = ((...args: Parameters<typeof write>) => {
      see(typeof args[0] === 'string' ? args[0] : Buffer.from(args[0]).toString());
      return write.apply(stream, args);
    }) as typeof write;
    undo.push(() => {
      stream.write = write;
    });
  }
  for (const method of consoleMethods) {
    // biome-ignore lint/suspicious/noConsole: it is watched, not used.
    const print = console[method];
    console[method] = (...args: unknown[]) => {
      for (const arg of args) see(arg);
      print.apply(console, args);
    };
    undo.push(() => {
      console[method] = print;
    });
  }
  const onWarning = (warning: Error) => see(warning);
  process.on('warning', onWarning);
  undo.push(() => process.off('warning', onWarning));
  return () => {
    for (const each of undo) each();
  };
};
