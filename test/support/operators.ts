// The names of operators, from what a family exports: a table over them does not compile when a row is missing.
import type { Row } from './check-operator.ts';

/** Exported for other families, covered by the rows of the operators that use them. */
type Internal =
  | 'linearForward'
  | 'linearActivated'
  | 'conv2dRelu'
  | 'pairOf'
  | 'scaled'
  | 'sumToSize'
  | 'scatterAlong'
  | 'indexAddInto';

/** Checked in the rows of their originals, as the twins in place. */
type Twins = `${'relu' | 'selu' | 'celu' | 'elu' | 'leakyRelu' | 'hardtanh' | 'threshold'}_`;

/** Names of the functions of a module that are operators. */
type OperatorName<Module> = Exclude<
  { [Name in keyof Module]: Module[Name] extends (...args: never[]) => unknown ? Name : never }[keyof Module],
  Internal | Twins
>;

/** One row, or several for different options, for every operator of a family. */
export type Rows<Module> = { readonly [Name in OperatorName<Module>]: Row | readonly Row[] };
