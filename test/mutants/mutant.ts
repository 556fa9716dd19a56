/** A plausible mistake in the product, put into its source while it is loaded; the product knows nothing of it. */
export interface Mutant {
  /** Says the mistake, in words joined by `-`. */
  readonly name: string;
  /** The source that has it, from the root of the project. */
  readonly file: string;
  /** Occurs in the file exactly once, so that no mutant outlives the code that it changes. */
  readonly find: string;
  readonly replace: string;
  /** What its users would see, in one sentence. */
  readonly story: string;
  /** The product that really had it, or the part of the design that forbids it. */
  readonly seenIn: string;
  /** Which invariant of ARCHITECTURE.md section 2, or which requirement, it breaks. */
  readonly breaks: string;
  /** The test that sees it where no seed does: tried last, because it is one story and not thousands. */
  readonly test: NamedTest;
}

export interface NamedTest {
  /** From the root of the project. */
  readonly file: string;
  /** Words of the test's name, where the file has others that take long. */
  readonly title?: string;
}

/** The source with the mistake in it. */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1)
    throw new Error(
      `Mutant ${name}: its "find" occurs ${places} times in ${file} instead of once. Adapt it to the source.`,
    );
  return source.replace(find, () => replace);
}
